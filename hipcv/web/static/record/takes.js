/** Recording of the camera in the browser, one file per take, and its upload. */

import { button, byId, make, setContent } from "../shared/dom.js";
import { _ } from "../shared/language.js";
import { today } from "../shared/numbers.js";
import { upload } from "../shared/uploads.js";
import { RecordingStream } from "./stream.js";

const TYPES = ["video/mp4;codecs=avc1.64001f", "video/mp4;codecs=avc1", "video/mp4", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const BITS_PER_SECOND = 8_000_000;
const SLICE_MS = 500;
const KEY_FRAME_MS = 1000; // an MP4 comes in parts that begin with a key frame

/** @typedef {{file: Blob, legs: string[], suffix: string, session: string, take: number, stream: RecordingStream}} Take */

/** Starts and stops recordings as the scenes of the guide say. */
export class TakeRecorder {
  #recorder = null;
  #scene = null;
  #type = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
  #takes = [];

  /**
   * @param {MediaStream} stream
   * @param {(began_ms: number) => void} onBegin called as a recording begins
   */
  constructor(stream, onBegin) {
    this.stream = stream;
    this.onBegin = onBegin;
  }

  /**
   * Start or stop a recording.
   * @param {any} scene the current scene of the guide
   */
  update(scene) {
    const previous = this.#scene;
    const take = this.#takes.at(-1);
    this.#scene = scene;
    const legDone = previous?.stage === "turning" && (scene.stage === "changeover" || scene.stage === "finished");
    if (legDone && previous.side) take?.legs.add(previous.side);
    if (this.#recorder && (!scene.recording || scene.take !== take.number)) this.#stop();
    if (scene.recording && !this.#recorder) this.#start(scene.take, scene.session);
  }

  /**
   * Stop, and return the takes with a finished leg, and the last one.
   * @returns {Promise<Array<Take>>}
   */
  async finish() {
    this.#stop();
    await Promise.all(this.#takes.map((take) => take.stopped));
    const suffix = this.#type.startsWith("video/mp4") ? ".mp4" : ".webm";
    const complete = this.#takes.filter((take) => take.chunks.length && (take.legs.size || take === this.#takes.at(-1)));
    return complete.map(({ chunks, legs, session, number, stream }) => ({ file: new Blob(chunks, { type: this.#type }), legs: [...legs], suffix, session, take: number, stream }));
  }

  #start(number, session) {
    const recorder = new MediaRecorder(this.stream, { videoBitsPerSecond: BITS_PER_SECOND, videoKeyFrameIntervalDuration: KEY_FRAME_MS, ...(this.#type ? { mimeType: this.#type } : {}) });
    const take = { number, session, chunks: [], stream: new RecordingStream(session, number), legs: new Set(), stopped: new Promise((resolve) => recorder.addEventListener("stop", resolve)) };
    recorder.addEventListener("dataavailable", ({ data }) => {
      if (!data.size) return;
      take.chunks.push(data);
      take.stream.send(data);
    });
    recorder.addEventListener("start", () => this.onBegin(performance.now()));
    recorder.start(SLICE_MS);
    this.#takes.push(take);
    this.#recorder = recorder;
  }

  #stop() {
    if (this.#recorder && this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#recorder = null;
  }
}

/**
 * Upload takes one after the other. A failed upload can be retried, and its file saved.
 * @param {Array<Take>} takes
 * @param {{side: string, external: boolean, patient: string, on: string}} fields
 * @returns {Promise<string[]>} ids of the clips
 */
export async function uploadTakes(takes, { side, external, patient, on }) {
  byId("sending").hidden = false;
  byId("sending").scrollIntoView({ block: "nearest" });
  const clipIds = [];
  for (const [index, { file, legs, suffix, session, take, stream }] of takes.entries()) {
    const clock = new Date().toTimeString().slice(0, 8).replaceAll(":", "");
    const several = takes.length > 1;
    const name = `recording-${today()}-${clock}${several ? `-${index + 1}` : ""}${suffix}`;
    const leg = side === "left" || side === "right" ? side : several && legs.length === 1 ? legs[0] : "";
    const fields = { name, side: leg, external, patient, on: patient && on, session, take };
    const { clip } = (await adoptTake(stream, fields)) ?? (await uploadTake(file, fields));
    clipIds.push(clip);
  }
  byId("sending-text").textContent = _("The recording is saved.");
  byId("sending-bar").value = 1;
  return clipIds;
}

/** Let the app use the parts that it received while recording; resolves to null if it has not all of them. */
async function adoptTake(stream, fields) {
  byId("sending-text").textContent = _("The recording is being checked.");
  const streamed_bytes = await stream.finish();
  if (!streamed_bytes) return null;
  return upload(new Blob(), { ...fields, streamed_bytes }, () => {}).catch(() => null);
}

async function uploadTake(file, fields) {
  for (;;) {
    try {
      setContent(byId("sending-actions"));
      byId("sending-text").textContent = _("The full recording goes to the desk. The result is measured from it.");
      return await upload(file, fields, (share) => {
        byId("sending-bar").value = share;
      });
    } catch (error) {
      byId("sending-text").textContent = error.message;
      await new Promise((retry) => setContent(byId("sending-actions"), button(_("Try again"), retry, { class: "primary" }),
        make("a", { class: "button", href: URL.createObjectURL(file), download: fields.name, text: _("Keep it as a file") })));
    }
  }
}
