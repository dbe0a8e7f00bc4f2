/**
Sends a message by mail, over SMTP: encrypted where the server can, and on port 465 from the start. A password is told only to a server whose certificate is valid; without
one a server may have any, as between mail servers (RFC 7435). The library is loaded with the first message.
*/

import type {Mail} from '../../core/model/application.js';
import {bodyOf, subjectOf, type Sender} from '../../core/notify/text.js';
import {loadPassword} from '../config/load-secrets.js';
import type {Send} from './notifier.js';

/** Until a connection stands, and between two answers of the server. */
export const mailTimeoutMs = 10_000;

/** Where TLS begins with the connection (RFC 8314). */
const securePort = 465;

/** The password is read each time: who changes its file need not tell anybody. */
export function mailSend(mail: Mail, sender: Sender): Send {
	return async (message, signal) => {
		const {createTransport} = await import('nodemailer');
		const transport = createTransport({
			host: mail.server, port: mail.port, secure: mail.port === securePort,
			connectionTimeout: mailTimeoutMs, greetingTimeout: mailTimeoutMs, socketTimeout: mailTimeoutMs, dnsTimeout: mailTimeoutMs,
			// What is sent is text of our own; nothing may be read from a file or a URL for it.
			disableFileAccess: true, disableUrlAccess: true,
			tls: {rejectUnauthorized: mail.user !== undefined || mail.port === securePort},
			requireTLS: mail.user !== undefined && mail.port !== securePort,
			...(mail.user !== undefined && mail.passwordFile !== undefined && {auth: {user: mail.user, pass: await loadPassword(mail.passwordFile)}}),
		});
		const giveUp = (): void => {
			transport.close();
		};

		signal.addEventListener('abort', giveUp, {once: true});
		try {
			await Promise.race([transport.sendMail({
				from: mail.from, to: [...mail.to], subject: subjectOf(message, sender), text: bodyOf(message, sender),
				headers: {'auto-submitted': 'auto-generated'}, messageId: `<farmctl.${sender.farm}.${sender.node}.${message.sequence}.${message.since}@${mail.from.split('@').at(-1)}>`,
			}), aborted(signal)]);
		} finally {
			signal.removeEventListener('abort', giveUp);
			transport.close();
		}
	};
}

const aborted = async (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => {
	signal.addEventListener('abort', () => {
		reject(new Error('the daemon ends'));
	}, {once: true});
});
