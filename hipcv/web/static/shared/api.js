/** Access to the local server: JSON requests. Error messages are sentences for the user. */

import { _, format } from "./language.js";
import { pageKeyHeader, signInAddress } from "./session.js";

const UNREACHABLE = _("The desk does not answer. Check that hipcv review is still running.");
const UNAUTHORIZED = 401;

/** A failed request. */
export class ApiError extends Error {
  /**
   * @param {string} text a sentence for the user
   * @param {number} status HTTP status; 0 if there was no response
   */
  constructor(text, status) {
    super(text);
    this.status = status;
    /** @type {boolean} true where the PIN of the initials is missing or wrong */
    this.needsPin = false;
  }
}

/**
 * Fetch JSON.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function get(path) {
  return send(path, undefined, "GET");
}

/**
 * Send JSON and return the JSON of the response.
 * @param {string} path
 * @param {Object|undefined} body
 * @param {string} [method]
 * @returns {Promise<any>}
 */
export async function send(path, body, method = "POST") {
  const headers = pageKeyHeader();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const content = { headers, body: body === undefined ? undefined : JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, { method, credentials: "same-origin", cache: "no-store", ...content });
  } catch {
    throw new ApiError(UNREACHABLE, 0);
  }
  const document = await response.json().catch(() => null);
  if (!response.ok) throw apiError(document, response.status);
  return document;
}

/**
 * Send a request without a body that outlives the page.
 * @param {string} path
 * @param {string} method
 */
export function sendOnLeave(path, method) {
  void fetch(path, { method, headers: pageKeyHeader(), credentials: "same-origin", keepalive: true }).catch(() => null);
}

/**
 * Return the error of a response, and go to the sign-in page if the session has ended.
 * @param {any} body parsed body of the response, or null
 * @param {number} status
 * @returns {ApiError}
 */
export function apiError(body, status) {
  if (status === UNAUTHORIZED) location.assign(signInAddress());
  const error = new ApiError(typeof body?.error === "string" ? body.error : format(_("The desk answered {status}. Try again."), { status }), status);
  error.needsPin = body?.pin === true;
  return error;
}
