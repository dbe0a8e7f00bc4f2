/** What texts of the configuration look like. It is part of the schema too, so patterns stay within what JSON Schema knows. */

import type {RangeValue, TextValue} from './description.js';

export const keyFileDefault = '/etc/farmctl/farm.key';
export const portMax = 65_535;

export const name: TextValue = {
	kind: 'text', pattern: String.raw`^[A-Za-z0-9][A-Za-z0-9._\-]{0,62}$`, expected: 'a name of letters, digits, dots, hyphens and underscores, at most 63', example: 'web1', plural: 'names',
};

export const address: TextValue = {
	kind: 'text', pattern: '^[0-9A-Fa-f:.]{2,45}$', expected: 'an IPv4 or IPv6 address', example: '192.0.2.11',
};

export const multicastGroup: TextValue = {...address, expected: 'a multicast address', example: '239.77.48.3'};

export const network: TextValue = {
	kind: 'text', pattern: '^[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}$', expected: 'an address with the prefix length of its network', example: '192.0.2.100/24',
};

/** The kernel takes more characters (dev_valid_name in net/core/dev.c); these are the ones that need no quoting anywhere. */
export const interfaceName: TextValue = {
	kind: 'text', pattern: String.raw`^(?!\.{1,2}$)[A-Za-z0-9_.@+=~#\-]{1,15}$`, expected: 'the name of an interface, at most 15 characters', example: 'eth0',
};

export const mac: TextValue = {
	kind: 'text', pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$', expected: 'six bytes in hexadecimal with colons', example: '02:00:5e:00:53:01',
};

export const file: TextValue = {
	kind: 'text', pattern: String.raw`^[^\u0000-\u001F]{1,4096}$`, expected: 'the path of a file', example: keyFileDefault,
};

/** Names become parts of the names of chains and sets. */
export const groupName: TextValue = {
	kind: 'text', pattern: String.raw`^[a-z][a-z0-9\-]{0,14}$`, expected: 'a name of small letters, digits and hyphens, at most 15', example: 'static',
};

export const ports = {
	kind: 'range', noun: 'port', min: 1, max: portMax, examples: [443, '8000-8010'],
} as const satisfies RangeValue;

/** Nothing of the daemon's folder or of the environment decides which file it is. */
export const absolutePath: TextValue = {
	kind: 'text', pattern: String.raw`^/[^\u0000-\u001F]{0,4095}$`, expected: 'an absolute path', example: '/run/web/web.pid',
};

export const unit: TextValue = {
	kind: 'text', pattern: String.raw`^[A-Za-z0-9_][A-Za-z0-9:_.\\@\-]{0,240}\.(service|socket|target|mount|automount|timer|path|slice|scope|swap|device)$`,
	expected: 'the name of a systemd unit with its suffix', example: 'nginx.service',
};

/** The kernel knows the first 15 characters (TASK_COMM_LEN). */
export const processName: TextValue = {
	kind: 'text', pattern: String.raw`^[^\u0000-\u001F/]{1,255}$`, expected: 'the name of a process, without its folder', example: 'nginx',
};

/** Without a user and a password: those would be seen by all who may read the configuration. */
export const url: TextValue = {
	kind: 'text', pattern: String.raw`^https?://(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.\-]{1,253})(:[0-9]{1,5})?([/?][^\s\u0000-\u001F]{0,2000})?$`,
	expected: 'an address that begins with http:// or https://, without a user', example: 'http://127.0.0.1/health',
};

export const line: TextValue = {
	kind: 'text', pattern: String.raw`^[^\u0000-\u001F]{1,1000}$`, expected: 'a text of one line, at most 1000 characters', example: 'text/plain',
};

/** Of a variable of the environment. */
export const variableText: TextValue = {...line, pattern: String.raw`^[^\u0000-\u001F]{0,1000}$`, example: '8080', isNumberTaken: true};

/** What goes into a datagram. */
export const payload: TextValue = {
	kind: 'text', pattern: String.raw`^[^\u0000]{1,1000}$`, expected: 'a text of at most 1000 characters', example: 'ping',
};

export const host: TextValue = {
	kind: 'text', pattern: String.raw`^[A-Za-z0-9_:]([A-Za-z0-9_.:\-]{0,252})$`, expected: 'the name or the address of a host', example: 'mail.example.org',
};

export const mailAddress: TextValue = {
	kind: 'text', pattern: String.raw`^[^\s@<>\u0000-\u001F]{1,64}@[A-Za-z0-9.\-]{1,253}$`, expected: 'an address of mail', example: 'ops@example.org', plural: 'addresses of mail',
};

export const headerName: TextValue = {
	kind: 'text', pattern: String.raw`^[A-Za-z0-9!#$%&'*+.^_|~\-]{1,100}$`, expected: 'the name of a header', example: 'Accept',
};

export const variableName: TextValue = {
	kind: 'text', pattern: '^[A-Za-z_][A-Za-z0-9_]{0,99}$', expected: 'the name of an environment variable', example: 'PORT',
};

/** An address and a port; IPv6 in brackets. */
export const listenAddress: TextValue = {
	kind: 'text', pattern: String.raw`^([0-9.]{7,15}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}$`, expected: 'an address and a port', example: '0.0.0.0:8080',
};
