/** What is used of the library that speaks SMTP, and nothing else of it. */

declare module 'nodemailer' {
	export type Transport = {
		sendMail: (mail: {
			readonly from: string; readonly to: readonly string[]; readonly subject: string; readonly text: string; readonly messageId: string;
			readonly headers: Readonly<Record<string, string>>;
		}) => Promise<unknown>;
		close: () => void;
	};

	export function createTransport(options: {
		readonly host: string; readonly port: number; readonly secure: boolean; readonly requireTLS: boolean;
		readonly connectionTimeout: number; readonly greetingTimeout: number; readonly socketTimeout: number; readonly dnsTimeout: number;
		readonly disableFileAccess: boolean; readonly disableUrlAccess: boolean;
		readonly tls: {readonly rejectUnauthorized: boolean};
		readonly auth?: {readonly user: string; readonly pass: string};
	}): Transport;
}
