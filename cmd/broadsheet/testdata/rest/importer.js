// Brings stories of a wire into a site by plain requests, as WordPress's handbook shows them:
// no library, Basic authentication, and the slug as the key that keeps a repeat from making a
// second story. Arguments: the site's address, email and password of an editor.
const assert = require('node:assert/strict');
const zlib = require('node:zlib');
const [site, email, password] = process.argv.slice(2).map((one) => one.replace(/\/$/, ''));
let credentials = '';

async function call(method, path, { json, form, raw, headers = {}, want = 200 } = {}) {
	const request = { method, headers: { Authorization: `Basic ${credentials}`, ...headers } };
	if (json) {
		request.headers['Content-Type'] = 'application/json';
		request.body = JSON.stringify(json);
	} else if (form) {
		request.body = form;
	} else if (raw) {
		request.body = raw;
	}
	const answer = await fetch(`${site}/wp-json${path}`, request);
	const body = await answer.json();
	assert.equal(answer.status, want, `${method} ${path}: ${JSON.stringify(body)}`);
	return { body, answer };
}

// Asks for a password as a writing app does: the site names the page, the person signs in and
// agrees, and the password comes to the app's address.
async function authorize() {
	const index = await (await fetch(`${site}/wp-json/`)).json();
	const page = index.authentication['application-passwords'].endpoints.authorization;
	const post = (fields, cookie) => ({
		method: 'POST', redirect: 'manual', body: new URLSearchParams(fields).toString(),
		headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...(cookie && { Cookie: cookie }) },
	});
	const asked = `${page}?${new URLSearchParams({ app_name: 'Wire', success_url: 'https://wire.example/done' })}`;
	assert.match((await fetch(asked, { redirect: 'manual' })).headers.get('location'), /\/login\?next=/);
	const signedIn = await fetch(`${site}/login`, post({ email, password }));
	const cookie = signedIn.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
	const shown = await fetch(asked, { headers: { Cookie: cookie } });
	assert.match(shown.headers.get('content-security-policy'), /form-action 'self' https:\/\/wire\.example;/);
	assert.match(await shown.text(), /name="success_url" value="https:\/\/wire\.example\/done"/);
	const done = await fetch(page, post({ do: 'approve', app_name: 'Wire', success_url: 'https://wire.example/done', old: password }, cookie));
	assert.equal(done.status, 303);
	const to = new URL(done.headers.get('location'));
	assert.equal(to.host, 'wire.example');
	credentials = Buffer.from(`${to.searchParams.get('user_login')}:${to.searchParams.get('password')}`).toString('base64');
}

// A PNG of one grey.
function png(side) {
	const chunk = (type, data) => {
		const out = Buffer.alloc(data.length + 12);
		out.writeUInt32BE(data.length, 0);
		out.write(type, 4, 'latin1');
		data.copy(out, 8);
		out.writeUInt32BE(zlib.crc32(out.subarray(4, data.length + 8)), data.length + 8);
		return out;
	};
	const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
	head.writeUInt32BE(side, 0);
	head.writeUInt32BE(side, 4);
	const rows = Buffer.alloc((side + 1) * side, 0x60).map((byte, i) => (i % (side + 1) === 0 ? 0 : byte));
	const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
	return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

// Stores a story of the wire once, and again with its changes.
async function store(story) {
	const found = (await call('GET', `/wp/v2/posts?status=any&context=edit&slug=${story.slug}`)).body;
	const path = found.length > 0 ? `/wp/v2/posts/${found[0].id}` : '/wp/v2/posts';
	return (await call('POST', path, { json: story, want: found.length > 0 ? 200 : 201 })).body;
}

async function main() {
	await authorize();
	const { body: category } = await call('POST', '/wp/v2/categories', { json: { name: 'From the wire', slug: 'wire' }, want: 201 });
	const again = (await call('POST', '/wp/v2/categories', { json: { name: 'From the wire' }, want: 400 })).body;
	assert.equal(again.code, 'term_exists');
	assert.equal(again.data.term_id, category.id);

	// The two ways to upload a picture.
	const raw = await call('POST', '/wp/v2/media', {
		raw: png(300), headers: { 'Content-Type': 'image/png', 'Content-Disposition': 'attachment; filename="harbour.png"' }, want: 201,
	});
	const form = new FormData();
	form.set('file', new Blob([png(310)], { type: 'image/png' }), 'quay.png');
	form.set('alt_text', 'A quay');
	const second = (await call('POST', '/wp/v2/media', { form, want: 201 })).body;
	assert.equal(second.alt_text, 'A quay');
	const picture = (await call('PUT', `/wp/v2/media/${raw.body.id}`, { json: { alt_text: 'A harbour' } })).body;
	assert.equal(raw.answer.headers.get('location'), `${site}/wp-json/wp/v2/media/${picture.id}`);
	assert.equal((await call('DELETE', `/wp/v2/media/${second.id}?force=true`, {})).body.deleted, true);

	// The same story twice is one story.
	const date = new Date(Date.now() + 72 * 3600 * 1000).toISOString().slice(0, 19);
	const story = {
		slug: 'wire-20270101-0042', title: 'Harbour opens', content: '<p>The harbour opens.</p>', excerpt: 'In short.', date_gmt: date,
		status: 'future', categories: [category.id], featured_media: picture.id,
	};
	const first = await store(story);
	assert.deepEqual(
		[first.slug, first.status, first.date_gmt, first.categories, first.featured_media],
		[story.slug, 'future', date, [category.id], picture.id],
	);
	const repeated = await store({ ...story, title: 'Harbour opens late' });
	assert.equal(repeated.id, first.id);
	assert.equal(repeated.title.raw, 'Harbour opens late');
	const versions = await call('GET', `/wp/v2/posts/${first.id}/revisions?context=edit`);
	assert.ok(Number(versions.answer.headers.get('x-wp-total')) >= 2);
	assert.equal(versions.body.at(-1).title.raw, 'Harbour opens');

	// The category is renamed and removed; the story falls to the default one.
	const renamed = (await call('POST', `/wp/v2/categories/${category.id}`, { json: { name: 'Agencies', description: 'By others.' } })).body;
	assert.deepEqual([renamed.name, renamed.slug, renamed.description], ['Agencies', 'wire', 'By others.']);
	assert.equal((await call('DELETE', `/wp/v2/categories/${category.id}`, { want: 501 })).body.code, 'rest_trash_not_supported');
	await call('DELETE', `/wp/v2/categories/${category.id}?force=true`);
	const left = (await call('GET', `/wp/v2/posts/${first.id}?context=edit`)).body.categories;
	assert.ok(left.length === 1 && left[0] !== category.id);
	assert.equal((await call('GET', `/wp/v2/categories/${left[0]}`)).body.slug, 'uncategorized');

	// The program ends its own password.
	const own = (await call('GET', '/wp/v2/users/me/application-passwords/introspect')).body;
	assert.equal(own.name, 'Wire');
	await call('DELETE', `/wp/v2/users/me/application-passwords/${own.uuid}`);
	assert.equal((await call('GET', '/wp/v2/posts', { want: 401 })).body.code, 'incorrect_password');
	console.log('imported');
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
