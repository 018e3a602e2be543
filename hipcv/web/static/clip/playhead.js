/** Frame-accurate position of the video. */

const SEEK_OFFSET_S = 0.001; // a browser shows the frame that begins at or before the time sought
const END_ROWS = 2;
const CALLBACK_WAIT_MS = 200; // browsers skip the callback of a frame that follows another closely
const MAX_RETRIES = 3;

/** Fires "frame" when another frame is shown, and "play" when playing begins or ends. */
export class Playhead extends EventTarget {
  #requested = -1; // frame to seek to, until the video has sought it
  #target = -1; // frame sought last, until it is shown
  #retries = 0; // seeks repeated because the frame was not reported
  #row = 0;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.video = video;
    /** @type {number[]} presentation time of each frame */
    this.times_s = [];
    /** @type {number[]|null} first and last frame of the loop */
    this.loop = null;
    for (const name of ["play", "pause", "ended"]) video.addEventListener(name, () => this.dispatchEvent(new Event("play")));
    video.addEventListener("seeked", () => this.#onSeeked());
    if (video.requestVideoFrameCallback) this.#watchFrames();
    else video.addEventListener("timeupdate", () => this.#onFrame(video.currentTime));
  }

  /** @returns {number} the frame shown */
  get row() {
    return this.#row;
  }

  /** @param {number} speed of playing, relative to the recording */
  set speed(speed) {
    this.video.playbackRate = speed;
  }

  get playing() {
    return !this.video.paused && !this.video.ended;
  }

  /**
   * Seek to a frame.
   * @param {number} row
   */
  seek(row) {
    if (!this.times_s.length) return;
    this.#requested = this.#target = Math.max(0, Math.min(this.times_s.length - 1, Math.round(row)));
    this.#retries = 0;
    if (!this.video.seeking) this.#seekVideo();
  }

  /**
   * Pause and seek to a frame.
   * @param {number} row
   */
  pauseAt(row) {
    this.video.pause();
    this.seek(row);
  }

  /**
   * Pause and move by some frames.
   * @param {number} frames
   */
  step(frames) {
    this.pauseAt((this.#target >= 0 ? this.#target : this.#row) + frames);
  }

  /** Play or pause. */
  toggle() {
    if (this.playing) {
      this.video.pause();
      return;
    }
    if (this.#row >= this.times_s.length - END_ROWS) this.seek(this.loop ? this.loop[0] : 0);
    void this.video.play().catch(() => {}); // rejected when a pause follows at once
  }

  #seekVideo() {
    this.video.currentTime = this.times_s[this.#requested] + SEEK_OFFSET_S;
  }

  /** Seek on if another frame was requested meanwhile. */
  #onSeeked() {
    if (this.#requested < 0) return;
    const requested_s = this.times_s[this.#requested] + SEEK_OFFSET_S;
    if (Math.abs(this.video.currentTime - requested_s) > SEEK_OFFSET_S) {
      this.#seekVideo();
      return;
    }
    const row = this.#requested;
    const time_s = this.video.currentTime;
    this.#requested = -1;
    if (document.hidden || !this.video.requestVideoFrameCallback) this.#setRow(row); // no callback comes
    else setTimeout(() => this.#retry(row, time_s), CALLBACK_WAIT_MS);
  }

  /** Seek again to a frame that is shown but was not reported. */
  #retry(row, time_s) {
    const moved = this.playing || this.#requested >= 0 || this.video.currentTime !== time_s;
    if (moved || this.#row === row || this.#retries >= MAX_RETRIES) return;
    this.#retries += 1;
    this.#requested = row;
    this.#seekVideo();
  }

  #watchFrames() {
    this.video.requestVideoFrameCallback((_now, frame) => {
      this.#onFrame(frame.mediaTime);
      this.#watchFrames();
    });
  }

  #onFrame(time_s) {
    if (!this.times_s.length) return;
    const row = nearest(this.times_s, time_s);
    if (this.#requested < 0 && (row === this.#target || this.playing)) this.#target = -1; // else a frame passed on the way
    if (this.loop && this.playing && (row >= this.loop[1] || row < this.loop[0] - END_ROWS)) this.seek(this.loop[0]);
    this.#setRow(row);
  }

  #setRow(row) {
    this.#row = row;
    this.dispatchEvent(new Event("frame"));
  }
}

/**
 * Return the index of the value nearest to another.
 * @param {number[]} values ascending
 * @param {number} value
 * @returns {number}
 */
export function nearest(values, value) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - values[low - 1] <= values[low] - value ? low - 1 : low;
}
