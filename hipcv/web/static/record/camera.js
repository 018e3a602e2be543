/** The browser's camera. */

import { _, format } from "../shared/language.js";

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const ERRORS = {
  NotAllowedError: _("The browser was not allowed to use the camera. Allow it in the address bar, then try again."),
  NotFoundError: _("No camera was found. Plug one in, then try again."),
  NotReadableError: _("The camera is used by another program. Close it, then try again."),
  OverconstrainedError: _("This camera cannot be used. Choose another one."),
};

/**
 * Open a camera without sound. Errors are sentences for the user.
 * @param {string} id of the device; "" for the browser's choice
 * @returns {Promise<MediaStream>}
 */
export async function openCamera(id) {
  if (!navigator.mediaDevices) throw new Error(_("This browser gives no camera to this page. Open the desk by the link that hipcv review printed."));
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...VIDEO, ...(id ? { deviceId: { exact: id } } : {}) } });
  } catch (error) {
    throw new Error(ERRORS[error.name] ?? format(_("The camera could not be opened ({error})."), { error: error.name }), { cause: error });
  }
}

/**
 * Return the cameras; browsers name them only once one has been opened.
 * @returns {Promise<Array<{id: string, name: string}>>}
 */
export async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const cameras = devices.filter((device) => device.kind === "videoinput");
  return cameras.map((device, index) => ({ id: device.deviceId, name: device.label || format(_("Camera {number}"), { number: index + 1 }) }));
}

/**
 * Close a camera.
 * @param {MediaStream|null} stream
 */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
