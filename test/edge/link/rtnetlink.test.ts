import {chmod, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {execa} from 'execa';
import {cases} from './contract.js';

const fixture = fileURLToPath(new URL('fixtures/run-contract.js', import.meta.url));

/** A process cannot change its network namespace, so the cases run in another one; without root, in a user namespace of its own. */
const unshareFlags = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user'];

test('the kernel keeps the contract', async t => {
	const {stdout} = await execa('unshare', [...unshareFlags, process.execPath, fixture]);
	const results = stdout.split('\n').map(line => JSON.parse(line) as {title: string; error?: string});
	t.deepEqual(results, cases.map(({title}) => ({title})));
});

/** Tries to add an address as nobody, and prints what the failure says. */
async function addAddressAsNobody(runDir: string): Promise<string> {
	const script = `
		import {openRtnetlink} from '${new URL('../../../src/edge/link/rtnetlink.js', import.meta.url).href}';
		const link = openRtnetlink({runDir: '${runDir}'});
		const failure = await link.addAddress('lo', '192.0.2.100').catch(error => error);
		console.log([failure.code, failure.message, failure.hint].join(' | '));
		link.close();
	`;
	const drop = ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all', ...(process.getuid?.() === 0 ? ['--reuid', '65534', '--clear-groups'] : [])];
	const {stdout} = await execa('unshare', [...unshareFlags, ...drop, process.execPath, '--input-type=module', '-e', script]);
	return stdout;
}

test('without the right to change addresses, the failure says what to type', async t => {
	const runDir = await mkdtemp(path.join(tmpdir(), 'farmctl-link-'));
	t.teardown(async () => rm(runDir, {recursive: true}));
	await chmod(runDir, 0o777);
	t.is(await addAddressAsNobody(runDir), 'system | only root (CAP_NET_ADMIN) may add address 192.0.2.100 to interface \'lo\' | run the same command with sudo');
	t.is(await addAddressAsNobody('/dev/null/farmctl'), 'system | cannot read \'/dev/null/farmctl/link.json\': ENOTDIR | '
	+ 'run the same command with sudo, or name a directory of your own with --run-dir');
});
