import test from 'ava';
import type {Probe} from '../../../src/core/model/application.js';
import {looksAt, runsText} from '../../../src/core/status/looks-at.js';

const http = {
	type: 'http', url: 'https://www.example.com/health', method: 'GET', status: [], body: undefined, headers: {}, isVerified: true, authorities: undefined, expiryWarningMs: 0,
} as const;

const probes: ReadonlyArray<readonly [Probe, string]> = [
	[{type: 'process', by: {name: 'nginx'}, atLeast: 1, atMost: undefined}, 'nginx'],
	[{type: 'process', by: {pidFile: '/run/x.pid'}, atLeast: 1, atMost: undefined}, '/run/x.pid'],
	[{type: 'process', by: {unit: 'x.service'}, atLeast: 1, atMost: undefined}, 'x.service'],
	[{type: 'process', by: {service: 'web'}, atLeast: 1, atMost: undefined}, 'service web'],
	[{type: 'tcp', address: '192.0.2.1', port: 80}, '192.0.2.1:80'],
	[{
		type: 'udp', address: '2001:db8::1', port: 53, send: '', expect: undefined,
	}, '[2001:db8::1]:53'],
	[http, 'https://www.example.com/health'],
	[{type: 'ping', address: '192.0.2.1'}, '192.0.2.1'],
	[{type: 'interface', interface: 'eth0'}, 'eth0'],
	[{type: 'address', address: '192.0.2.1', interface: undefined}, '192.0.2.1'],
	[{type: 'address', address: '192.0.2.1', interface: 'eth0'}, '192.0.2.1 on eth0'],
	[{type: 'command', command: ['/usr/lib/check', 'a b'], isReporting: false}, '/usr/lib/check a b'],
	[{type: 'unit', unit: 'x.service'}, 'x.service'],
	[{type: 'farm', runDir: '/run/other'}, '/run/other'],
	[{
		type: 'file', path: '/var/lib/x', isAbsent: false, ageMaxMs: undefined, freeBytesMin: undefined,
	}, '/var/lib/x'],
	[{
		type: 'dns', server: '192.0.2.53', port: 53, name: 'www.example.com', record: 'A', expect: undefined,
	}, 'www.example.com A at 192.0.2.53:53'],
	[{type: 'expression', of: 'web and not db'}, 'web and not db'],
];

for (const [probe, text] of probes) {
	test(`${probe.type} looks at ${text}`, t => {
		t.is(looksAt(probe), text);
	});
}

test('a service runs its unit, or what starts it', t => {
	t.is(runsText({kind: 'unit', unit: 'nginx.service'}), 'nginx.service');
	t.is(runsText({
		kind: 'command', command: ['/usr/bin/api', '-v'], folder: undefined, environment: {},
	}), '/usr/bin/api -v');
	t.is(runsText({
		kind: 'scripts', start: ['/etc/x', 'start'], stop: ['/etc/x', 'stop'], status: undefined,
	}), '/etc/x start');
});
