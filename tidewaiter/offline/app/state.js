// What the desk is at: who it is open for, which page, which draft; and who sends. Below every page, above none.
import { Sender } from "./sending.js";

export const state = { desk: null, at: "queue", draft: null, said: null };
export const sender = new Sender();
