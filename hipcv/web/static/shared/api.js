/** Asking the desk's server. Every fault comes back as a sentence that can be shown. */

const SILENT = "The desk does not answer. Check that hipcv review is still running.";
const UNKNOWN = 401;

/** An answer that is not the one asked for. */
export class Fault extends Error {
  /**
   * @param {string} text a sentence for the user
   * @param {number} status of the answer; 0 where there was none
   * @param {any} body the answer
   */
  constructor(text, status, body) {
    super(text);
    this.status = status;
    this.body = body;
  }
}

/**
 * Ask for JSON.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function get(path) {
  return ask("GET", path);
}

/**
 * Send JSON, and get JSON back.
 * @param {string} path
 * @param {Object} body
 * @param {string} [method]
 * @returns {Promise<any>}
 */
export function send(path, body, method = "POST") {
  return ask(method, path, body);
}

/**
 * What a server's answer says is wrong.
 * @param {any} body the answer, if it could be read
 * @param {number} status
 * @returns {Fault}
 */
export function faultOf(body, status) {
  if (status === UNKNOWN) location.assign("/signin");
  const told = typeof body?.error === "string" ? body.error : `The desk answered ${status}. Try again.`;
  return new Fault(told, status, body);
}

async function ask(method, path, body) {
  const sent = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, { method, credentials: "same-origin", cache: "no-store", ...sent });
  } catch {
    throw new Fault(SILENT, 0, null);
  }
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw faultOf(told, answer.status);
  return told;
}
