/** Two videos in step: both show the same time since the onset of the repetition chosen in each. */

import { nearest } from "../clip/playhead.js";

const LOST_S = 0.25; // a video that is further from the other is sought, a nearer one is played faster or slower
const NUDGE = 1.5; // change of its speed for each second of distance
const MAX_NUDGE = 0.2;
const MIN_CHANGE = 0.01;

/** @typedef {{store: import("../clip/measurement.js").Measurement, head: import("../clip/playhead.js").Playhead}} Part */

/**
 * Fires "frame" when another time is shown, and "play" when playing begins or ends. A frame is one of the clip that
 * has more of them in a second.
 */
export class Pair extends EventTarget {
  #onsets_s = [0, 0];
  #row = 0;
  #run = 0; // number of the latest start of playing; another one ends the one before
  #playing = false;
  #speed = 1;
  #times_s = [[], []]; // of each clip since its onset

  /** @param {Part[]} parts the two videos */
  constructor(parts) {
    super();
    this.parts = parts;
    /** @type {number[]} time of each frame since the onset */
    this.times_s = [];
    /** @type {boolean} true where playing begins again at the end */
    this.loop = false;
    document.addEventListener("visibilitychange", () => document.hidden && this.#playing && this.pauseAt(this.#row));
  }

  get row() {
    return this.#row;
  }

  get playing() {
    return this.#playing;
  }

  /** @param {number} speed of playing, relative to the recordings */
  set speed(speed) {
    this.#speed = speed;
    for (const { head } of this.parts) head.speed = speed;
  }

  /**
   * Begin both videos at an onset, and show it.
   * @param {number[]} onsets_s time of the onset in each clip
   * @param {number} length_s time that is shown from there on, where a clip reaches that far
   */
  align(onsets_s, length_s) {
    this.#onsets_s = onsets_s;
    this.#times_s = this.parts.map(({ store }, index) => store.times_s.map((time_s) => time_s - onsets_s[index]));
    this.times_s = timeline(this.#times_s, length_s);
    this.pauseAt(0);
  }

  /**
   * Return the frame of a clip at a time of the pair; -1 before its first and after its last one.
   * @param {number} index of the clip, 0 or 1
   * @param {number} [row] of the pair
   * @returns {number}
   */
  frameOf(index, row = this.#row) {
    const times_s = this.#times_s[index];
    const time_s = this.times_s[row];
    const step_s = frameStep(times_s);
    const outside = time_s < times_s[0] - step_s || time_s > times_s.at(-1) + step_s;
    return outside ? -1 : nearest(times_s, time_s);
  }

  /**
   * Show a frame in both videos.
   * @param {number} row
   */
  seek(row) {
    if (!this.times_s.length) return;
    this.#show(Math.max(0, Math.min(this.times_s.length - 1, Math.round(row))));
    this.parts.forEach(({ head }, index) => head.seek(nearest(this.#times_s[index], this.times_s[this.#row])));
  }

  /**
   * Pause both videos at one frame.
   * @param {number} row
   */
  pauseAt(row) {
    this.#run += 1;
    for (const { head } of this.parts) head.video.pause();
    this.#setPlaying(false);
    this.seek(row);
  }

  /**
   * Pause and move by some frames.
   * @param {number} frames
   */
  step(frames) {
    this.pauseAt(this.#row + frames);
  }

  /** Play or pause both. */
  toggle() {
    if (this.#playing) this.pauseAt(this.#row);
    else void this.#play();
  }

  async #play() {
    const run = ++this.#run;
    this.#setPlaying(true);
    this.seek(this.#row >= this.times_s.length - 1 ? 0 : this.#row);
    await this.#start(run);
    while (run === this.#run) {
      await nextPicture();
      if (run !== this.#run || !this.#follow()) continue;
      if (!this.loop) return this.pauseAt(this.times_s.length - 1);
      this.seek(0);
      await this.#start(run);
    }
  }

  /** Play both videos once both show the frame that was sought. */
  async #start(run) {
    const waits = ({ head: { video } }) => video.seeking || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
    while (run === this.#run && this.parts.some(waits)) await nextPicture();
    if (run !== this.#run) return;
    this.parts.forEach(({ head }, index) => {
      head.speed = this.#speed;
      if (this.frameOf(index) >= 0) void head.video.play().catch(() => {}); // rejected when a pause follows at once
    });
  }

  /** Move on to the time of the clip that reaches further, and bring the other one there; return true at the end. */
  #follow() {
    const lead = this.#times_s[0].at(-1) >= this.#times_s[1].at(-1) ? 0 : 1;
    const { video } = this.parts[lead].head;
    if (video.seeking) return false;
    const time_s = video.currentTime - this.#onsets_s[lead];
    this.#approach(1 - lead, time_s);
    const row = nearest(this.times_s, time_s);
    if (row !== this.#row) this.#show(row);
    return row >= this.times_s.length - 1 || video.ended;
  }

  #approach(index, time_s) {
    const { video } = this.parts[index].head;
    if (video.seeking || video.ended) return;
    const ahead_s = video.currentTime - this.#onsets_s[index] - time_s;
    if (Math.abs(ahead_s) > LOST_S) {
      video.currentTime = this.#onsets_s[index] + time_s;
      return;
    }
    const speed = this.#speed * (1 - Math.max(-MAX_NUDGE, Math.min(MAX_NUDGE, NUDGE * ahead_s)));
    if (Math.abs(video.playbackRate - speed) > MIN_CHANGE) video.playbackRate = speed;
  }

  #show(row) {
    this.#row = row;
    this.dispatchEvent(new Event("frame"));
  }

  #setPlaying(playing) {
    if (playing === this.#playing) return;
    this.#playing = playing;
    this.dispatchEvent(new Event("play"));
  }
}

/** Return the times of the clip with more frames in a second, from the onset on, and those of the other after its end. */
function timeline(clips, length_s) {
  const [finer, other] = frameStep(clips[0]) <= frameStep(clips[1]) ? clips : [clips[1], clips[0]];
  const half_s = frameStep(finer) / 2;
  const shown = (time_s) => time_s >= -half_s && time_s <= length_s + half_s;
  return [...finer.filter(shown), ...other.filter((time_s) => shown(time_s) && time_s > finer.at(-1) + half_s)];
}

/** Return the mean time from one frame to the next. */
function frameStep(times_s) {
  return (times_s.at(-1) - times_s[0]) / Math.max(1, times_s.length - 1);
}

function nextPicture() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
