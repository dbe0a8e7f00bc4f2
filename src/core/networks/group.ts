/**
Which peers a multicast group reaches. Nothing but the peer's word counts: a switch may filter the group, the peer may be configured for another one or for
none. So a heartbeat goes to each peer alone, as well as to the group, until the peer says in its probes that the group's copies arrive, and again
when it says so no longer. Farms of which some nodes use a group and others none thus hear one another.
*/

import type {Path} from './path.js';

/** What a peer said, or what arrived by the group, counts for this long: three probes may be lost. */
export const groupKnownMs = 3500;

/** For the next probe to the peer: whether its heartbeats arrive by the group. */
export const hearsGroup = ({groupHeardAt}: Path, detectionMs: number, now: number): boolean => groupHeardAt !== undefined && now - groupHeardAt < detectionMs;

/** The peer said in a probe whether the group's copies reach it. */
export const toldGroup = (path: Path, isHeard: boolean, now: number): Path => ({...path, groupHeardThereAt: isHeard ? now : undefined});

export const isReachedByGroup = ({groupHeardThereAt}: Path, now: number): boolean => groupHeardThereAt !== undefined && now - groupHeardThereAt < groupKnownMs;
