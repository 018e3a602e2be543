/** The video, frame by frame: which one is shown, and how to get to another. */

const PAST_S = 0.001; // a browser shows the frame of a time that is a little later than its own
const FAR = 2;
const UNTOLD_MS = 200; // of a frame that comes while another is being told of, a browser tells nothing
const NUDGES = 3;

/** Fires "frame" whenever another frame is shown, "play" when playing begins or ends. */
export class Playhead extends EventTarget {
  #wanted = -1; // where it is going
  #aim = -1; // where it went, until the frame is there
  #nudges = 0; // how often it was sought again only to be told of
  #row = 0;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.video = video;
    /** @type {number[]} when each frame is shown */
    this.times_s = [];
    /** @type {[number, number]|null} frames to go round and round between */
    this.round = null;
    for (const name of ["play", "pause", "ended"]) video.addEventListener(name, () => this.dispatchEvent(new Event("play")));
    video.addEventListener("seeked", () => this.#sought());
    if (video.requestVideoFrameCallback) this.#listen();
    else video.addEventListener("timeupdate", () => this.#shown(video.currentTime));
  }

  /** @returns {number} the frame shown */
  get row() {
    return this.#row;
  }

  /** @returns {boolean} */
  get playing() {
    return !this.video.paused && !this.video.ended;
  }

  /**
   * The frame nearest to a time.
   * @param {number} time_s
   * @returns {number}
   */
  rowAt(time_s) {
    return nearest(this.times_s, time_s);
  }

  /**
   * Show this very frame.
   * @param {number} row
   * @returns {void}
   */
  seek(row) {
    if (!this.times_s.length) return;
    this.#wanted = Math.max(0, Math.min(this.times_s.length - 1, Math.round(row)));
    this.#nudges = 0;
    this.#aim = this.#wanted;
    if (!this.video.seeking) this.#go();
  }

  /**
   * Pause, and go some frames on or back.
   * @param {number} frames
   * @returns {void}
   */
  step(frames) {
    this.video.pause();
    this.seek((this.#aim >= 0 ? this.#aim : this.#row) + frames);
  }

  /** @returns {void} */
  toggle() {
    if (this.playing) {
      this.video.pause();
      return;
    }
    if (this.#row >= this.times_s.length - FAR) this.seek(this.round ? this.round[0] : 0);
    void this.video.play().catch(() => {}); // interrupted by a pause
  }

  #go() {
    this.video.currentTime = this.times_s[this.#wanted] + PAST_S;
  }

  /** While one place is looked for, another may be wanted. */
  #sought() {
    if (this.#wanted < 0) return;
    const here = this.times_s[this.#wanted] + PAST_S;
    if (Math.abs(this.video.currentTime - here) > PAST_S) {
      this.#go();
      return;
    }
    const row = this.#wanted;
    const time_s = this.video.currentTime;
    this.#wanted = -1;
    if (document.hidden || !this.video.requestVideoFrameCallback) this.#be(row); // nobody tells of the frame
    else setTimeout(() => this.#nudge(row, time_s), UNTOLD_MS);
  }

  /** Seek once more to a frame that is shown and was not told of. */
  #nudge(row, time_s) {
    const moved = this.playing || this.#wanted >= 0 || this.video.currentTime !== time_s;
    if (moved || this.#row === row || this.#nudges >= NUDGES) return;
    this.#nudges += 1;
    this.#wanted = row;
    this.#go();
  }

  #listen() {
    this.video.requestVideoFrameCallback((_, frame) => {
      this.#shown(frame.mediaTime);
      this.#listen();
    });
  }

  #shown(time_s) {
    if (!this.times_s.length) return;
    const row = this.rowAt(time_s);
    if (this.#wanted < 0 && (row === this.#aim || this.playing)) this.#aim = -1; // else it is one passed on the way
    if (this.round && this.playing && (row >= this.round[1] || row < this.round[0] - FAR)) this.seek(this.round[0]);
    this.#be(row);
  }

  #be(row) {
    this.#row = row;
    this.dispatchEvent(new Event("frame"));
  }
}

/**
 * Place of the value nearest to another, in a rising list.
 * @param {number[]} values
 * @param {number} wanted
 * @returns {number}
 */
export function nearest(values, wanted) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - values[low - 1] <= values[low] - wanted ? low - 1 : low;
}
