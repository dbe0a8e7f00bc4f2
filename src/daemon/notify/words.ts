/** What the daemon and the thread that tells people say to each other. */

import type {Notify} from '../../core/model/application.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {Notice} from '../../core/notify/notices.js';
import type {Sender} from '../../core/notify/text.js';

/** What the thread begins with. */
export type NotifyTask = {readonly notify: Notify; readonly sender: Sender; readonly stateDir: string};

/** To the thread; after `close` and `leave` it ends. */
export type NotifyWord = {readonly kind: 'note'; readonly notice: Notice} | {readonly kind: 'close'} | {readonly kind: 'leave'};

/** From the thread. `ready`: it has begun to hear. */
export type NotifyNews = {readonly kind: 'event'; readonly event: FarmEvent} | {readonly kind: 'ready'};
