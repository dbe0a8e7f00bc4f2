/**
The words of a scenario: what may befall a farm, as flags of `farmctl simulate` and as lines of a script.

	WORD ARGUMENT[@TIME[:LENGTH]]

TIME counts from the beginning of the run, LENGTH is how long it lasts. A length that may be left out means to the end; so does a time, from the beginning.
*/

export type WordShape = {
	/** What stands before the time. */
	readonly argument: 'nodes' | 'weight' | 'groups' | 'one-way' | 'pair' | 'percent' | 'duration';
	/** How the whole is written. */
	readonly usage: string;
	readonly needsTime: boolean;
	readonly length: 'needed' | 'optional' | 'none';
	readonly example: string;
	readonly description: string;
};

export const words = {
	kill: {
		argument: 'nodes', usage: 'NODE@TIME', needsTime: true, length: 'none', example: 'web2@3s', description: 'the host goes down',
	},
	'kill-daemon': {
		argument: 'nodes', usage: 'NODE@TIME', needsTime: true, length: 'none', example: 'web2@3s', description: 'the daemon is killed, the kernel keeps what it has',
	},
	reboot: {
		argument: 'nodes', usage: 'NODE@TIME:LENGTH', needsTime: true, length: 'needed', example: 'web2@3s:1s', description: 'the host goes down and comes back, its kernel empty',
	},
	reset: {
		argument: 'nodes', usage: 'NODE@TIME:LENGTH', needsTime: true, length: 'needed', example: 'web2@3s:1s',
		description: 'as reboot, and its clock is set back, so that its life looks older than the one before',
	},
	restart: {
		argument: 'nodes', usage: 'NODE@TIME:LENGTH', needsTime: true, length: 'needed', example: 'web2@3s:50ms', description: 'the daemon is killed and comes back, its kernel as it was',
	},
	pause: {
		argument: 'nodes', usage: 'NODE@TIME:LENGTH', needsTime: true, length: 'needed', example: 'web1@5s:800ms', description: 'the daemon is frozen, the kernel is not',
	},
	stop: {
		argument: 'nodes', usage: 'NODE@TIME', needsTime: true, length: 'none', example: 'web3@4s', description: 'the operator ends the daemon',
	},
	drain: {
		argument: 'nodes', usage: 'NODE@TIME', needsTime: true, length: 'none', example: 'web1@3s',
		description: 'the operator drains the node: it lives on and serves nothing, also after a reboot, until it is started',
	},
	start: {
		argument: 'nodes', usage: 'NODE@TIME', needsTime: true, length: 'none', example: 'web3@4s',
		description: 'the operator starts the node; one of which nothing else is told before is down until then',
	},
	weight: {
		argument: 'weight', usage: 'NODE[/GROUP]=WEIGHT@TIME', needsTime: true, length: 'none', example: 'web2=5@6s',
		description: 'the node gets another weight in the group, in default when none is named; 0 takes all of it away',
	},
	differ: {
		argument: 'nodes', usage: 'NODE[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: 'web3@4s:2s', description: 'the node\'s configuration distributes clients differently',
	},
	hinder: {
		argument: 'nodes', usage: 'NODE[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: 'web3@4s:2s', description: 'the node\'s interface has no carrier, but its heartbeats pass',
	},
	unwell: {
		argument: 'nodes', usage: 'NODE@TIME[:LENGTH]', needsTime: true, length: 'optional', example: 'web2@3s:2s',
		description: 'a check of the node\'s application goes down: the node leaves, unless too few would stay',
	},
	well: {
		argument: 'nodes', usage: 'NODE@TIME', needsTime: true, length: 'none', example: 'web2@8s', description: 'its application is well again, or ready',
	},
	'kill-app': {
		argument: 'nodes', usage: 'NODE@TIME[:LENGTH]', needsTime: true, length: 'optional', example: 'web2@3s:2s',
		description: 'the node\'s application dies, and is ready again after this length',
	},
	partition: {
		argument: 'groups', usage: 'GROUP|GROUP[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: 'web1|web2,web3@8s:2s',
		description: 'groups do not reach each other; who is in none forms one more',
	},
	cut: {
		argument: 'pair', usage: 'NODE-NODE[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: 'web1-web2@3s:1s', description: 'the two do not reach each other',
	},
	'one-way': {
		argument: 'one-way', usage: 'NODE>NODE[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: 'web1>web2@3s:1s', description: 'nothing comes through in this direction',
	},
	loss: {
		argument: 'percent', usage: 'PERCENT[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: '10%@3s:1s', description: 'so many datagrams are lost',
	},
	duplicate: {
		argument: 'percent', usage: 'PERCENT[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: '5%', description: 'so many arrive twice',
	},
	delay: {
		argument: 'duration', usage: 'TIME[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: '1ms', description: 'each is so long on its way',
	},
	jitter: {
		argument: 'duration', usage: 'TIME[@TIME[:LENGTH]]', needsTime: false, length: 'optional', example: '2ms', description: 'and up to so much longer, so that some overtake others',
	},
} as const satisfies Readonly<Record<string, WordShape>>;

export type WordName = keyof typeof words;

export const wordNames = Object.keys(words) as WordName[];
