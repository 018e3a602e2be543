/** Transfer of one file. */

/**
 * Send a file.
 * @param {string} address
 * @param {Blob} file
 * @param {Object<string, string>} headers
 * @param {(share: number) => void} onProgress share sent, 0..1
 * @returns {Promise<{ok: boolean, status: number, body: any}>} the response; status 0 where none came
 */
export function transfer(address, file, headers, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not report the progress of an upload
    request.open("PUT", address);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0));
    request.addEventListener("load", () => resolve({ ok: request.status >= 200 && request.status < 300, status: request.status, body: request.response }));
    request.addEventListener("error", () => resolve({ ok: false, status: 0, body: null }));
    request.send(file);
  });
}
