import {nodeOf} from './dist/test/kernel/support/breakage.js';
import {labFor} from './dist/test/kernel/support/lab.js';
const downs=[]; const t={teardown(f){downs.push(f)}};
const lab=await labFor(t,'rep2');
try {
const n=await nodeOf(lab); await n.goPlain();
const before=await n.snapshot();
const N='farmctl-rep2';
for (const [what,script] of [
 ['delete inet','nft delete table inet '+N],['flush','nft flush ruleset'],['delete arp','nft delete table arp '+N],['delete netdev','nft delete table netdev '+N],
 ['rule insert',`nft insert rule inet ${N} stage1 accept`],['rule flush',`nft flush chain inet ${N} stage2`],['del elem slots',`nft flush map inet ${N} slots`],
 ['lease elem',`nft flush set inet ${N} lease4`],['vips4',`nft flush map inet ${N} vips4`], ['addset',`nft 'add set inet ${N} foo { type ipv4_addr; }'`],
 ['reload',`echo 'flush ruleset; table inet fw { chain i { type filter hook input priority 0; }; }' | nft -f -`],
]) {
  const at=await n.run(script); const e=await n.told('repaired',at); console.log(what, e.afterMs, JSON.stringify(n.logged('repaired',at).map(l=>[l.message,l.tookMs])));
  await new Promise(r=>setTimeout(r,300));
  const j=n.logged('kernel-lost',at).length, k=n.logged('lease-lapsed',at).length; const c=n.logged('slots-claimed',at)[0]; console.log('   lost',j,'lapsed',k,'claimed after', c&&Date.parse(c.at)-at);
  const after=await n.snapshot(); if(after!==before) console.log('DIFF',after);
  await new Promise(r=>setTimeout(r,2300));
}
console.log((await import("node:fs")).readFileSync("/run/farmctl-lab/rep2/web1/daemon.log","utf8").split("\n").filter(l=>/^(TIMES|DIFF|SEND)/.test(l)).join("\n"));} finally { for (const d of downs) await d(); }
