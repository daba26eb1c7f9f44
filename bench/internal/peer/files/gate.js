// What the gate does, for nginx: the token's signature and claims, its scope, the names and
// values of the body, and the body written anew.

const SPKI = Buffer.from('{{.SPKI}}', 'base64');
const RSA = {name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256'};
const RULES = {Model: 50, Branch: 50};
const NAME = /^[A-Za-z0-9 _\-.:\/%()&+#@']{1,100}$/;

async function claimsOf(header) {
    const parts = header.slice('Bearer '.length).split('.');
    if (!header.startsWith('Bearer ') || parts.length !== 3) {
        return null;
    }
    const head = JSON.parse(Buffer.from(parts[0], 'base64url').toString());
    if (head.alg !== 'RS256') {
        return null;
    }
    const key = await crypto.subtle.importKey('spki', SPKI, RSA, false, ['verify']);
    const signature = Buffer.from(parts[2], 'base64url');
    if (!await crypto.subtle.verify(RSA, key, signature, Buffer.from(parts[0] + '.' + parts[1]))) {
        return null;
    }
    const claims = JSON.parse(Buffer.from(parts[1], 'base64url').toString());
    const inTime = claims.exp > Date.now() / 1000;
    return claims.iss === '{{.Issuer}}' && claims.aud === '{{.Audience}}' && inTime ? claims : null;
}

function rewritten(text) {
    const body = JSON.parse(text);
    const sent = body.customer_info;
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
        return null;
    }
    const attributes = {};
    const keys = Object.keys(sent);
    if (keys.length > 50) {
        return null;
    }
    for (let i = 0; i < keys.length; i++) {
        const wrapped = keys[i].match(/^%visitor\.custominfo\.(.+)%$/);
        const name = wrapped ? wrapped[1] : keys[i];
        const value = sent[keys[i]];
        if (!NAME.test(name) || name in attributes || typeof value !== 'string' || value.length < 1 || value.length > (RULES[name] || 2000)) {
            return null;
        }
        attributes[name] = value;
    }
    body.customer_info = attributes;
    return JSON.stringify(body);
}

async function guard(r) {
    if (r.method !== 'PUT') {
        r.return(405);
        return;
    }
    let body = null;
    try {
        const claims = await claimsOf(r.headersIn.Authorization || '');
        if (!claims) {
            r.return(401);
            return;
        }
        if (claims.scope.split(' ').indexOf('{{.Scope}}') < 0) {
            r.return(403);
            return;
        }
        body = rewritten(r.requestText);
    } catch (e) {
        r.return(400);
        return;
    }
    if (body === null) {
        r.return(422);
        return;
    }
    const reply = await r.subrequest('/backend' + r.uri, {method: 'PUT', body: body});
    r.headersOut['Content-Type'] = reply.headersOut['Content-Type'];
    r.return(reply.status, reply.responseText);
}

export default {guard};
