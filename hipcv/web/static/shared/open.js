/** Begin of a session: stores its page key, or adds the stored one to the address; this page leaves the history. */

import { noteActivity } from "./idle.js";
import { keyed, savePageKey } from "./session.js";

const key = document.body.dataset.pageKey;
if (key) {
  savePageKey(key);
  noteActivity();
}
location.replace(key ? "/" : keyed(location.href));
