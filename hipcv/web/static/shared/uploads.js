/** Sends files to the desk, two at a time, and tells how far each is. */

import { Fault, faultOf } from "./api.js";
import { initials } from "./initials.js";

const AT_ONCE = 2;
const CREATED = 201;
const OK = 200;

/**
 * Send one file.
 * @param {Blob} file
 * @param {{name: string, patient?: string, on?: string, visit?: string, side?: string, mirrored?: boolean}} about
 * @param {(share: number) => void} watch told 0..1
 * @returns {Promise<string>} id of the clip
 */
export function upload(file, about, watch) {
  const query = new URLSearchParams({ name: about.name });
  for (const name of ["patient", "on", "visit", "side"]) if (about[name]) query.set(name, about[name]);
  if (about.mirrored) query.set("mirrored", "1");
  if (initials()) query.set("by", initials());
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();  // fetch does not tell how much was sent
    request.open("PUT", `/api/uploads?${query}`);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => watch(event.lengthComputable ? event.loaded / event.total : 0));
    request.addEventListener("load", () => {
      if (request.status === CREATED || request.status === OK) done(request.response.clip);
      else failed(faultOf(request.response, request.status));
    });
    request.addEventListener("error", () => failed(new Fault("The transfer was broken off. Check that the desk still runs, then try again.", 0, null)));
    request.send(file);
  });
}

/** Files that wait for their turn. */
export class Queue {
  #waiting = [];
  #under_way = 0;

  /**
   * Send when there is room.
   * @param {() => Promise<void>} job never rejects
   * @returns {void}
   */
  add(job) {
    this.#waiting.push(job);
    this.#next();
  }

  /** @returns {boolean} whether something is still to be sent */
  get busy() {
    return this.#under_way > 0;
  }

  #next() {
    if (this.#under_way >= AT_ONCE || !this.#waiting.length) return;
    this.#under_way += 1;
    void this.#waiting.shift()().finally(() => {
      this.#under_way -= 1;
      this.#next();
    });
  }
}
