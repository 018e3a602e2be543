/** The way to the server's eyes: pictures out, what to show back. */

const WIDEST_PX = 640;
const QUALITY = 0.8;
const TIME_BYTES = 8;
const PATIENCE_MS = 2500;
const NORMAL = 1000;
const RATE_EVERY_MS = 1000;

/** Fires "answer" with what to show, and "end" with why (a sentence, or "" where it ended well). */
export class Link extends EventTarget {
  #socket = null;
  #canvas = document.createElement("canvas");
  #asked_ms = 0;
  #busy = false;
  #why = "";
  #frames = 0;
  #counted_ms = 0;

  /** @param {HTMLVideoElement} video the camera's picture */
  constructor(video) {
    super();
    this.video = video;
  }

  /**
   * Begin a test.
   * @param {"left"|"right"|"both"|"auto"} side
   * @returns {void}
   */
  open(side) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/live?side=${side}`);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#look(0));
    socket.addEventListener("message", (event) => this.#take(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      this.#socket = null;
      const lost = event.code === NORMAL ? "" : event.reason || "The connection to the desk was lost. Check that it still runs, then begin again.";
      this.dispatchEvent(new CustomEvent("end", { detail: this.#why || lost }));
    });
  }

  /**
   * Press a key of the guide.
   * @param {string} key confirm, redo, skip or stop
   * @returns {void}
   */
  press(key) {
    this.#say({ key });
  }

  /** @returns {void} */
  close() {
    this.#socket?.close(NORMAL);
  }

  #take(told) {
    this.#busy = false;
    if (told.error) this.#why = told.error;
    else this.dispatchEvent(new CustomEvent("answer", { detail: told }));
  }

  /** One picture under way at a time: the newest is what counts. */
  #look(frames) {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) return;
    this.#next((_, frame) => this.#look(frame?.presentedFrames ?? 0));
    this.#rate(frames);
    const waited_ms = performance.now() - this.#asked_ms;
    if ((this.#busy && waited_ms < PATIENCE_MS) || !this.video.videoWidth) return;
    this.#busy = true;
    this.#asked_ms = performance.now();
    void this.#send(socket);
  }

  async #send(socket) {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, WIDEST_PX / videoWidth);
    this.#canvas.width = Math.round(videoWidth * scale);
    this.#canvas.height = Math.round(videoHeight * scale);
    const time_s = performance.now() / 1000;
    this.#canvas.getContext("2d").drawImage(this.video, 0, 0, this.#canvas.width, this.#canvas.height);
    const picture = await new Promise((done) => this.#canvas.toBlob(done, "image/jpeg", QUALITY));
    const time = new DataView(new ArrayBuffer(TIME_BYTES));
    time.setFloat64(0, time_s, true);
    if (picture && socket.readyState === WebSocket.OPEN) socket.send(await new Blob([time.buffer, picture]).arrayBuffer());
  }

  /** How many pictures a second the camera gives, now and then. */
  #rate(frames) {
    if (!frames) return;
    const passed_ms = performance.now() - this.#counted_ms;
    if (this.#frames && passed_ms < RATE_EVERY_MS) return;
    if (this.#frames) this.#say({ rate_hz: ((frames - this.#frames) * 1000) / passed_ms });
    this.#frames = frames;
    this.#counted_ms += passed_ms;
  }

  #next(act) {
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(act);
    else requestAnimationFrame(act);
  }

  #say(words) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(words));
  }
}
