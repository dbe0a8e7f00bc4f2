/**
What a benchmark starts ends with it, however the benchmark ends: at high priority it would disturb the machine for ever.

The kernel does it (PR_SET_PDEATHSIG of prctl(2)): the signal comes when the thread that started the program ends, also by SIGKILL, and stays over exec.
*/

/** Parameters of setpriv(1), before the program and its own. Its process id is that of setpriv. */
export const untilParentEnds = ['--pdeathsig', 'KILL', '--'] as const;
