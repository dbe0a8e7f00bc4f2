/** The thread that tells people: what a mail server or a webhook makes it wait for, and the library it loads for that, are nobody else's. */

import {constants, getPriority, setPriority} from 'node:os';
import {parentPort, workerData} from 'node:worker_threads';
import type {NotifyNews, NotifyTask, NotifyWord} from './words.js';

// Of this thread alone, as Linux has it. Before the modules load, which takes longest.
setPriority(Math.max(getPriority(), constants.priority.PRIORITY_NORMAL));
const [{createNotifier}, {webhookSend}, {mailSend}] = await Promise.all([
	import('../../edge/notify/notifier.js'), import('../../edge/notify/webhook.js'), import('../../edge/notify/mail.js'),
]);
const {notify, sender, stateDir} = workerData as NotifyTask;
const notifier = createNotifier({
	notify, stateDir,
	now: () => Date.now(),
	record(event) {
		parentPort!.postMessage({kind: 'event', event} satisfies NotifyNews);
	},
	sends: {
		...(notify.webhook !== undefined && {webhook: webhookSend(notify.webhook, sender)}),
		...(notify.mail !== undefined && {mail: mailSend(notify.mail, sender)}),
	},
});
parentPort!.on('message', (word: NotifyWord) => {
	if (word.kind === 'note') {
		notifier.note(word.notice);
		return;
	}

	void notifier[word.kind]().finally(() => {
		parentPort!.close();
	});
});
parentPort!.postMessage({kind: 'ready'} satisfies NotifyNews);
