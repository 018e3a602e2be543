/** Upload of one file. */

import { ApiError, apiError } from "./api.js";
import { initials } from "./initials.js";
import { noteActivity } from "./idle.js";
import { _ } from "./language.js";
import { pageKeyHeader } from "./session.js";

const FIELDS = ["name", "patient", "on", "visit", "side", "session", "take", "streamed_bytes"];
const SWITCHES = ["mirrored", "external"];
const CREATED = 201;
const OK = 200;

/**
 * Upload a file.
 * @param {Blob} file
 * @param {{name: string, patient?: string, on?: string, visit?: string, side?: string, mirrored?: boolean, external?: boolean, session?: string, take?: number, streamed_bytes?: number}} fields
 * @param {(share: number) => void} onProgress share sent, 0..1
 * @returns {Promise<{clip: string, already: string, patient: string|null, on: string|null, elsewhere: Array<any>}>} what became of it
 */
export function upload(file, fields, onProgress) {
  const query = new URLSearchParams(FIELDS.filter((name) => fields[name]).map((name) => [name, fields[name]]));
  if (file instanceof File) query.set("changed_ms", String(file.lastModified));
  for (const name of SWITCHES) if (fields[name]) query.set(name, "1");
  if (initials()) query.set("by", initials());
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not report the progress of an upload
    request.open("PUT", `/api/uploads?${query}`);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(pageKeyHeader())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      noteActivity();
      onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    });
    request.addEventListener("load", () => {
      if (request.status === CREATED || request.status === OK) resolve(request.response);
      else reject(apiError(request.response, request.status));
    });
    request.addEventListener("error", () => reject(new ApiError(_("The transfer was broken off. Check that the desk still runs, then try again."), 0)));
    request.send(file);
  });
}
