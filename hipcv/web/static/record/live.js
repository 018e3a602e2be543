/** Connection to the live guide: sends frames of the camera and receives scenes. */

import { noteActivity } from "../shared/idle.js";
import { _ } from "../shared/language.js";
import { keyed } from "../shared/session.js";

const MAX_WIDTH_PX = 640;
const JPEG_QUALITY = 0.8;
const TIME_BYTES = 8;
const TIMEOUT_MS = 2500; // after which an unanswered frame is given up
const RATE_INTERVAL_MS = 1000;
const NORMAL_CLOSURE = 1000;

/** Fires "scene" with what to show, and "end" with an error as a sentence, or "" at a normal end. */
export class LiveConnection extends EventTarget {
  #socket = null;
  #canvas = document.createElement("canvas");
  #sent_ms = 0;
  #waiting = false;
  #error = "";
  #frames = 0;
  #counted_ms = 0;

  /** @param {HTMLVideoElement} video the camera's picture */
  constructor(video) {
    super();
    this.video = video;
  }

  /**
   * Begin a test.
   * @param {{side: "left"|"right"|"both"|"auto", external: boolean}} test its legs, and whether external rotation is asked for as well
   */
  open({ side, external }) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#socket = new WebSocket(`${scheme}://${location.host}${keyed(`/api/live?side=${side}&external=${external}`)}`);
    this.#socket.addEventListener("open", () => this.#onFrame(0));
    this.#socket.addEventListener("message", (event) => this.#onMessage(JSON.parse(event.data)));
    this.#socket.addEventListener("close", (event) => {
      this.#socket = null;
      const lost = event.code === NORMAL_CLOSURE ? "" : event.reason || _("The connection to the desk was lost. Check that it still runs, then begin again.");
      this.dispatchEvent(new CustomEvent("end", { detail: this.#error || lost }));
    });
  }

  /**
   * Press a key of the guide.
   * @param {string} key confirm, redo, skip or stop
   */
  press(key) {
    this.#sendJson({ key });
  }

  /**
   * Tell when a recording began, on the clock of the frames.
   * @param {number} began_ms
   */
  recordingBegan(began_ms) {
    this.#sendJson({ began_s: began_ms / 1000 });
  }

  /** End the connection. */
  close() {
    this.#socket?.close(NORMAL_CLOSURE);
  }

  #onMessage(message) {
    this.#waiting = false;
    if (message.landmarks?.some(Boolean)) noteActivity(); // a person is in view
    if (message.error) this.#error = message.error;
    else this.dispatchEvent(new CustomEvent("scene", { detail: message }));
  }

  /** Send the newest frame unless one is still unanswered. */
  #onFrame(presentedFrames) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback((_now, frame) => this.#onFrame(frame.presentedFrames));
    else requestAnimationFrame(() => this.#onFrame(0));
    this.#sendRate(presentedFrames);
    const timedOut = performance.now() - this.#sent_ms >= TIMEOUT_MS;
    if ((this.#waiting && !timedOut) || !this.video.videoWidth) return;
    this.#waiting = true;
    this.#sent_ms = performance.now();
    void this.#sendFrame(this.#socket);
  }

  /** Send the capture time, seconds as a little-endian float64, followed by the JPEG. */
  async #sendFrame(socket) {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, MAX_WIDTH_PX / videoWidth);
    this.#canvas.width = Math.round(videoWidth * scale);
    this.#canvas.height = Math.round(videoHeight * scale);
    const time = new DataView(new ArrayBuffer(TIME_BYTES));
    time.setFloat64(0, performance.now() / 1000, true);
    this.#canvas.getContext("2d").drawImage(this.video, 0, 0, this.#canvas.width, this.#canvas.height);
    const jpeg = await new Promise((resolve) => this.#canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
    if (jpeg && socket.readyState === WebSocket.OPEN) socket.send(await new Blob([time.buffer, jpeg]).arrayBuffer());
  }

  /** Send the camera's frame rate at intervals. */
  #sendRate(presentedFrames) {
    if (!presentedFrames) return;
    const elapsed_ms = performance.now() - this.#counted_ms;
    if (this.#frames && elapsed_ms < RATE_INTERVAL_MS) return;
    if (this.#frames) this.#sendJson({ rate_hz: ((presentedFrames - this.#frames) * 1000) / elapsed_ms });
    this.#frames = presentedFrames;
    this.#counted_ms += elapsed_ms;
  }

  #sendJson(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
