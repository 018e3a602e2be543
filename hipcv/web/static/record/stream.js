/** Transfer of a recording while it is made, so that it is measured meanwhile. */

import { pageKeyHeader } from "../shared/session.js";

const FINISH_WITHIN_MS = 5000;

/** Sends the parts of one recording in order. After a failure it sends no more: the file is then uploaded as a whole. */
export class RecordingStream {
  #queue = Promise.resolve();
  #bytes = 0;
  #broken = false;

  /**
   * @param {string} session id of the guided test
   * @param {number} take number of the recording in it
   */
  constructor(session, take) {
    this.session = session;
    this.take = take;
  }

  /**
   * Send the next part, after those before it.
   * @param {Blob} part
   */
  send(part) {
    this.#queue = this.#queue.then(() => this.#put(part));
  }

  /**
   * Wait for what is still on its way.
   * @returns {Promise<number>} bytes that arrived; 0 if any is missing
   */
  async finish() {
    const inTime = await Promise.race([this.#queue.then(() => true), new Promise((resolve) => setTimeout(resolve, FINISH_WITHIN_MS, false))]);
    this.#broken ||= !inTime;
    return this.#broken ? 0 : this.#bytes;
  }

  async #put(part) {
    if (this.#broken) return;
    const query = new URLSearchParams({ session: this.session, take: String(this.take), offset: String(this.#bytes) });
    try {
      const response = await fetch(`/api/recordings?${query}`, { method: "PUT", credentials: "same-origin", headers: pageKeyHeader(), body: part });
      this.#broken = !response.ok;
      this.#bytes += part.size;
    } catch {
      this.#broken = true;
    }
  }
}
