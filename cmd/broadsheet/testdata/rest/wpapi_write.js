// Writes to a site by the client library wpapi as its manual shows it, without special
// cases for Broadsheet. Arguments: the folder of the library, the site's address, then for
// the editor, the author and a contributor: email and password of the account.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
const WPAPI = require(process.argv[2]);
const site = process.argv[3].replace(/\/$/, '');
const [editorMail, editorWord, authorMail, authorWord, contributorMail, contributorWord] = process.argv.slice(4);

// Makes an application password by the forms of the site, as a person would.
async function appPassword(email, password) {
	const form = (fields) => ({
		method: 'POST', redirect: 'manual', body: new URLSearchParams(fields).toString(),
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
	});
	const signedIn = await fetch(`${site}/login`, form({ email, password }));
	const cookie = signedIn.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
	const request = form({ do: 'app-password', name: 'wpapi', old: password });
	request.headers.Cookie = cookie;
	const page = await (await fetch(`${site}/desk/account/`, request)).text();
	return /<code id="app-password"[^>]*>([^<]+)</.exec(page)[1];
}

// A PNG of one grey, made here so that the test needs no file.
function png(side) {
	const chunk = (type, data) => {
		const body = Buffer.concat([Buffer.from(type), data]);
		const out = Buffer.alloc(body.length + 8);
		out.writeUInt32BE(data.length, 0);
		body.copy(out, 4);
		out.writeUInt32BE(zlib.crc32(body), body.length + 4);
		return out;
	};
	const head = Buffer.alloc(13);
	head.writeUInt32BE(side, 0);
	head.writeUInt32BE(side, 4);
	head.writeUInt8(8, 8);
	const rows = Buffer.alloc((side + 1) * side, 0x80).map((byte, i) => (i % (side + 1) === 0 ? 0 : byte));
	return Buffer.concat([
		Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(rows)), chunk('IEND', Buffer.alloc(0)),
	]);
}

const ids = (list) => list.map((entry) => entry.id);
const fails = async (request, code, status) => {
	await assert.rejects(request, (error) => {
		assert.equal(error.code, code);
		assert.equal(error.data.status, status);
		return true;
	});
};

async function main() {
	const editor = await WPAPI.discover(site);
	editor.auth({ username: editorMail, password: await appPassword(editorMail, editorWord) });
	const me = await editor.users().me().context('edit');
	assert.equal(me.email, editorMail);
	assert.ok(me.id > 0 && me.capabilities.edit_others_posts);

	// A picture, terms and a post that uses them.
	const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'wpapi-')), 'harbour.png');
	fs.writeFileSync(file, png(400));
	const media = await editor.media().file(file).create({ alt_text: 'A grey harbour', caption: 'The harbour.' });
	fs.rmSync(path.dirname(file), { recursive: true });
	assert.equal(media.alt_text, 'A grey harbour');
	assert.equal((await fetch(media.source_url)).status, 200);
	const pictures = fs.mkdtempSync(path.join(os.tmpdir(), 'wpapi-'));
	const pier = path.join(pictures, 'pier.png');
	fs.writeFileSync(pier, png(401));
	const tag = await editor.tags().create({ name: 'Written by wpapi' });
	await assert.rejects(editor.tags().create({ name: 'Written by wpapi' }), (error) => error.code === 'term_exists' && error.data.term_id === tag.id);
	const category = await editor.categories().create({ name: 'Wires' });
	const post = await editor.posts().create({
		title: 'Ships & tides', content: '<p>The first text.</p>', excerpt: 'In short.', status: 'draft',
		featured_media: media.id, tags: [tag.id], categories: [category.id],
	});
	assert.equal(post.status, 'draft');
	assert.equal(post.title.raw, 'Ships & tides');
	assert.deepEqual([post.tags, post.categories, post.featured_media], [[tag.id], [category.id], media.id]);
	assert.ok(ids(await editor.posts().status(['draft']).perPage(100)).includes(post.id));

	// Update, publish, read as a visitor.
	const visitor = new WPAPI({ endpoint: `${site}/wp-json` });
	await fails(visitor.posts().id(post.id).get(), 'rest_post_invalid_id', 404);
	await editor.posts().id(post.id).update({ content: '<p>The second text.</p><script>1</script>', status: 'publish' });
	const read = await visitor.posts().id(post.id);
	assert.equal(read.content.rendered.trim(), '<p>The second text.</p>');
	assert.equal((await fetch(read.link)).status, 200);
	await editor.posts().id(post.id).update({ title: 'Ships and tides' });
	assert.equal((await visitor.posts().id(post.id)).title.rendered, 'Ships and tides');

	// Schedule, move, list, trash.
	const when = new Date(Date.now() + 48 * 3600 * 1000).toISOString().slice(0, 19);
	const later = await editor.posts().create({ title: 'Later', content: 'Soon.', status: 'publish', date_gmt: when });
	assert.equal(later.status, 'future');
	assert.equal(later.date_gmt, when);
	assert.deepEqual(ids(await editor.posts().param('status', 'future').search('later')), [later.id]);
	assert.equal((await editor.posts().id(later.id).update({ status: 'draft' })).status, 'draft');
	assert.equal((await editor.posts().id(later.id).delete()).status, 'trash');
	assert.equal((await editor.posts().id(post.id).delete({ force: true })).deleted, true);
	await fails(visitor.posts().id(post.id).get(), 'rest_post_invalid_id', 404);
	assert.ok(ids(await editor.posts().param('status', 'trash').perPage(100)).includes(later.id));

	// A comment as a reply of the staff.
	const [comment] = await visitor.comments().perPage(1);
	const reply = await editor.comments().create({ post: comment.post, parent: comment.id, content: 'Thank you.' });
	assert.equal(reply.status, 'approved');
	assert.equal((await editor.comments().id(reply.id).update({ status: 'hold' })).status, 'hold');

	// An author may do less.
	const author = new WPAPI({ endpoint: `${site}/wp-json`, username: authorMail, password: await appPassword(authorMail, authorWord) });
	const own = await author.posts().create({ title: 'My own', content: 'x', status: 'publish' });
	assert.equal(own.status, 'publish');
	const [foreign] = await visitor.posts().exclude([own.id]).perPage(1).order('asc');
	await fails(author.posts().id(foreign.id).update({ title: 'x' }), 'rest_cannot_edit', 403);
	await fails(author.categories().create({ name: 'x' }), 'rest_cannot_create', 403);
	const contributor = new WPAPI({
		endpoint: `${site}/wp-json`, username: contributorMail, password: await appPassword(contributorMail, contributorWord),
	});
	const draft = await contributor.posts().create({ title: 'From a contributor', content: 'x', status: 'pending' });
	assert.equal(draft.status, 'pending');
	await fails(contributor.posts().id(draft.id).update({ status: 'publish' }), 'rest_cannot_publish', 403);
	await fails(contributor.posts().create({ title: 'x', status: 'publish' }), 'rest_cannot_publish', 403);
	await fails(contributor.posts().id(later.id).get(), 'rest_post_invalid_id', 404);
	await fails(contributor.tags().create({ name: 'x' }), 'rest_cannot_create', 403);
	const drawn = await contributor.media().file(pier).create({ alt_text: 'A pier' });
	fs.rmSync(pictures, { recursive: true });
	assert.equal((await contributor.posts().id(draft.id).update({ featured_media: drawn.id })).featured_media, drawn.id);
	// It is in a story that is not public and not their own.
	await fails(contributor.media().id(media.id).update({ alt_text: 'x' }), 'rest_post_invalid_id', 404);
	const wrong = new WPAPI({ endpoint: `${site}/wp-json`, username: authorMail, password: 'wrong' });
	await fails(wrong.posts().create({ title: 'x' }), 'incorrect_password', 401);
	console.log('written');
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
