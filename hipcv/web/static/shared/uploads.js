/** Upload of one file. */

import { ApiError, apiError } from "./api.js";
import { initials } from "./initials.js";
import { noteActivity } from "./idle.js";
import { _ } from "./language.js";
import { pageKeyHeader } from "./session.js";
import { transfer } from "./transfer.js";

const FIELDS = ["name", "patient", "on", "visit", "side", "session", "take", "streamed_bytes"];
const SWITCHES = ["mirrored", "external"];

/**
 * Upload a file.
 * @param {Blob} file
 * @param {{name: string, patient?: string, on?: string, visit?: string, side?: string, mirrored?: boolean, external?: boolean, session?: string, take?: number, streamed_bytes?: number}} fields
 * @param {(share: number) => void} onProgress share sent, 0..1
 * @returns {Promise<{clip: string, already: string, patient: string|null, on: string|null, elsewhere: Array<any>}>} what became of it
 */
export async function upload(file, fields, onProgress) {
  const query = new URLSearchParams(FIELDS.filter((name) => fields[name]).map((name) => [name, fields[name]]));
  if (file instanceof File) query.set("changed_ms", String(file.lastModified));
  for (const name of SWITCHES) if (fields[name]) query.set(name, "1");
  if (initials()) query.set("by", initials());
  const { ok, status, body } = await transfer(`/api/uploads?${query}`, file, pageKeyHeader(), (sent) => {
    noteActivity();
    onProgress(sent);
  });
  if (ok) return body;
  throw status ? apiError(body, status) : new ApiError(_("The transfer was broken off. Check that the desk still runs, then try again."), 0);
}
