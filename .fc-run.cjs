const c=require('./.fc-all.cjs'); const {webcrypto,generateKeyPairSync}=require('crypto');
(async()=>{
console.log(process.version, process.versions.electron, process.versions.openssl);
const keys=c.deriveFieldKeys(new Uint8Array(32).fill(3),1); const n=200000; const people=[]; for(let i=0;i<n;i++) people.push({idType:1,idNumber:'6501021990'+String(10000000+i).slice(0,8),phone:'139'+String(10000000+i)});
const T=(name,units,f)=>{const t=performance.now(); const r=f(); console.log(name, Math.round(units/((performance.now()-t)/1000)).toLocaleString()); return r};
for (let k=0;k<2;k++){
T('sealPersons rows/s',n,()=>c.sealPersons(people,keys,1n));
T('blind tags/s (7 kinds)',7*n,()=>c.blindColumns(people,keys.blind));
}
const big=new Uint8Array(32<<20); const off=new Uint32Array(32*1024*32+1); for(let i=0;i<off.length;i++)off[i]=i*32; const ctr=BigUint64Array.from({length:off.length-1},(_, i)=>BigInt(i));
T('sm4 ctr column kB/s',32*1024,()=>c.applySm4Ctr({bytes:big,offsets:off},ctr,new Uint8Array(16)));
const sm3=await c.createSm3(); T('sm3 kB/s',32*1024,()=>sm3.hash(big)); 
const tg=await c.createKeyedTagger(new Uint8Array(32)); T('keyed tags/s',n,()=>tg.column(people));
let t=performance.now(); await c.argon2(new Uint8Array(8),new Uint8Array(16),c.ARGON2_FLOOR); console.log('argon floor ms',performance.now()-t); console.log(await c.measureArgon2());
const p=generateKeyPairSync('ec',{namedCurve:'prime256v1'}); const spki=p.publicKey.export({type:'spki',format:'der'}), pk=p.privateKey.export({type:'pkcs8',format:'der'});
const box=await c.sealBox(webcrypto.subtle,spki,Buffer.from('hi'),'x'); console.log('box',Buffer.from((await c.openBox(webcrypto.subtle,pk,box,'x')).value).toString(), await c.openBox(webcrypto.subtle,pk,box,'y'));
const blob=c.sealPersons([people[0]],keys,7n); console.log(JSON.stringify(c.openPerson(blob.bytes,keys)));
const path=require('os').tmpdir()+'/fc-ks-'+process.pid+'.json'; const ks=c.Keyslots.create(path,'650100','d'); const all={}; for(const k of c.KEY_NAMES) all[k]=new Uint8Array(32).fill(1);
await ks.createSlot({userId:'u',badge:'X1',displayName:'王',roleStatementRef:'r',role:'inspector',password:Buffer.from('p'),factors:{},keys:new c.KeyRing(all),kdf:{memoryKiB:64,passes:1,lanes:1},isPractice:true});
console.log((await (await c.Keyslots.open(path)).openSlot({badge:'X1',password:Buffer.from('p'),nowMs:1})).ok); require('fs').unlinkSync(path);
const e=c.appendEntry(c.AUDIT_START,{atMs:1,actor:'a',device:'d',kind:'k'},{a:1},new Uint8Array(32)); console.log(c.verifyChain([e],{expectedHead:e.head}).isIntact);
process.exit(0);
})().catch(e=>{console.error(e);process.exit(1)});
