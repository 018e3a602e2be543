/** The browser's camera. */

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const ERRORS = {
  NotAllowedError: "The browser was not allowed to use the camera. Allow it in the address bar, then try again.",
  NotFoundError: "No camera was found. Plug one in, then try again.",
  NotReadableError: "The camera is used by another program. Close it, then try again.",
  OverconstrainedError: "This camera cannot be used. Choose another one.",
};

/**
 * Open a camera without sound. Errors are sentences for the user.
 * @param {string} id of the device; "" for the browser's choice
 * @returns {Promise<MediaStream>}
 */
export async function openCamera(id) {
  if (!navigator.mediaDevices) throw new Error("This browser gives no camera to this page. Open the desk by the link that hipcv review printed.");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...VIDEO, ...(id ? { deviceId: { exact: id } } : {}) } });
  } catch (error) {
    throw new Error(ERRORS[error.name] ?? `The camera could not be opened (${error.name}).`, { cause: error });
  }
}

/**
 * Return the cameras; browsers name them only once one has been opened.
 * @returns {Promise<Array<{id: string, name: string}>>}
 */
export async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput").map((device, index) => ({ id: device.deviceId, name: device.label || `Camera ${index + 1}` }));
}

/**
 * Close a camera.
 * @param {MediaStream|null} stream
 */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
