/** Begin of a session: stores its page key, and takes this page out of the history. */

import { noteActivity } from "./idle.js";
import { savePageKey } from "./session.js";

savePageKey(document.body.dataset.pageKey ?? "");
noteActivity();
location.replace("/");
