/** The recording itself, in the browser: one file for each take. */

const KINDS = ["video/mp4;codecs=avc1.64001f", "video/mp4;codecs=avc1", "video/mp4", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const BITS_PER_SECOND = 8_000_000;
const SLICE_MS = 1000;

/** Begins and ends recordings as the guide says. */
export class Takes {
  #recorder = null;
  #before = null;

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.stream = stream;
    this.kind = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
    /** @type {Array<{number: number, pieces: Blob[], legs: Set<string>, over: Promise<void>}>} */
    this.takes = [];
  }

  /**
   * Do what the guide's answer says.
   * @param {Object} told an answer of the server
   * @returns {void}
   */
  follow(told) {
    const before = this.#before;
    this.#before = told;
    const now = this.takes.at(-1);
    const left = before?.stage === "turning" && (told.stage === "changeover" || told.stage === "finished");
    if (left && before.side && now) now.legs.add(before.side);
    if (this.#recorder && (!told.recording || told.take !== now.number)) this.#end();
    if (told.recording && !this.#recorder) this.#begin(told.take);
  }

  /**
   * End what is under way; the takes that are worth keeping, as files.
   * @returns {Promise<Array<{file: Blob, legs: string[]}>>}
   */
  async finish() {
    this.#end();
    await Promise.all(this.takes.map((take) => take.over));
    const kept = this.takes.filter((take, place) => take.pieces.length && (take.legs.size || place === this.takes.length - 1));
    return kept.map((take) => ({ file: new Blob(take.pieces, { type: this.kind }), legs: [...take.legs] }));
  }

  /** @returns {string} how the file's name ends */
  get suffix() {
    return this.kind.startsWith("video/mp4") ? ".mp4" : ".webm";
  }

  #begin(number) {
    const recorder = new MediaRecorder(this.stream, { videoBitsPerSecond: BITS_PER_SECOND, ...(this.kind ? { mimeType: this.kind } : {}) });
    const take = { number, pieces: [], legs: new Set(), over: new Promise((done) => recorder.addEventListener("stop", () => done())) };
    recorder.addEventListener("dataavailable", (event) => event.data.size && take.pieces.push(event.data));
    recorder.start(SLICE_MS);
    this.takes.push(take);
    this.#recorder = recorder;
  }

  #end() {
    if (this.#recorder && this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#recorder = null;
  }
}
