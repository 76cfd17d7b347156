// Reads a site by the client library wpapi as its manual shows it, without special
// cases for Broadsheet. Arguments: the folder of the library, the site's address.
const assert = require('node:assert/strict');
const WPAPI = require(process.argv[2]);
const site = process.argv[3].replace(/\/$/, '');

const ids = (list) => list.map((entry) => entry.id);
const fails = async (request, code, status) => {
	await assert.rejects(request, (error) => {
		assert.equal(error.code, code);
		assert.equal(error.data.status, status);
		return true;
	});
};

async function main() {
	const wp = await WPAPI.discover(site);
	for (const name of ['posts', 'pages', 'comments', 'categories', 'tags', 'users', 'media', 'types', 'taxonomies', 'statuses']) {
		assert.equal(typeof wp[name], 'function', `discovery gives wp.${name}()`);
	}
	const index = await wp.root().get();
	assert.equal(index.home, site);

	// Lists and pages.
	const first = await wp.posts().perPage(4);
	assert.equal(first.length, 4);
	assert.equal(Number(first._paging.totalPages), Math.ceil(first._paging.total / 4));
	const dates = first.map((post) => post.date);
	assert.deepEqual(dates, [...dates].sort().reverse(), 'newest first');
	const second = await first._paging.next;
	assert.equal(second.length, 4);
	assert.deepEqual(ids(await second._paging.prev), ids(first));
	assert.deepEqual(ids(await wp.posts().perPage(4).page(2)), ids(second));
	assert.deepEqual(ids(await wp.posts().perPage(2).offset(4)), ids(second).slice(0, 2));
	const all = [];
	for (let page = await wp.posts().perPage(20).order('asc').orderby('id'); ; page = await page._paging.next) {
		all.push(...page);
		if (!page._paging.next) break;
	}
	assert.equal(all.length, Number(first._paging.total), 'paging reaches every post once');
	assert.equal(new Set(ids(all)).size, all.length);

	// One entry, by number and by slug.
	const post = await wp.posts().id(first[0].id);
	assert.deepEqual(post, first[0]);
	assert.deepEqual(ids(await wp.posts().slug(post.slug)), [post.id]);
	assert.deepEqual(ids(await wp.posts().include([first[2].id, first[0].id]).orderby('include')), [first[2].id, first[0].id]);
	assert.ok(!ids(await wp.posts().exclude(ids(first))).some((id) => ids(first).includes(id)));

	// Filters agree with the entries themselves.
	const where = (keep) => ids(all.filter(keep)).sort((a, b) => a - b);
	const by = async (request) => ids(await request.perPage(100).orderby('id').order('asc'));
	const [category, tag, author] = [post.categories[0], post.tags[0], post.author];
	assert.deepEqual(await by(wp.posts().categories(category)), where((p) => p.categories.includes(category)));
	assert.deepEqual(await by(wp.posts().excludeCategories(category)), where((p) => !p.categories.includes(category)));
	assert.deepEqual(await by(wp.posts().tags(post.tags)), where((p) => p.tags.some((t) => post.tags.includes(t))));
	assert.deepEqual(await by(wp.posts().tags(tag).categories(category)),
		where((p) => p.tags.includes(tag) && p.categories.includes(category)));
	assert.deepEqual(await by(wp.posts().author(author)), where((p) => p.coauthors.includes(author)));
	const middle = all[Math.floor(all.length / 2)].date;
	assert.deepEqual(await by(wp.posts().after(new Date(`${middle}Z`)).param('after', middle)), where((p) => p.date > middle));
	assert.deepEqual(await by(wp.posts().param('before', middle)), where((p) => p.date < middle));
	const words = post.title.rendered.split(' ').slice(0, 2).join(' ').replace(/&[^;]+;/g, '');
	assert.ok(ids(await wp.posts().search(words)).includes(post.id), `a search for "${words}" finds the post`);

	// What an entry embeds is what its links lead to.
	const [embedded] = await wp.posts().include(post.id).embed();
	assert.equal(embedded._embedded.author[0].id, post.author);
	assert.equal(embedded._embedded.author[0].name, (await wp.users().id(post.author)).name);
	assert.deepEqual(embedded._embedded['wp:term'][0].map((t) => t.id), post.categories);
	assert.deepEqual(embedded._embedded['wp:term'][1].map((t) => t.id), post.tags);
	const media = await wp.media().id(post.featured_media);
	assert.equal(embedded._embedded['wp:featuredmedia'][0].source_url, media.source_url);
	const picture = await fetch(media.source_url);
	assert.equal(picture.status, 200);
	assert.equal(picture.headers.get('content-type'), media.mime_type);

	// Comments, without addresses of mail.
	const comments = await wp.comments().post(post.id).perPage(100);
	assert.ok(comments.length > 0 && comments.every((comment) => comment.post === post.id && comment.status === 'approved'));
	assert.ok(!JSON.stringify(comments).includes('@example'), 'no address of a commenter');
	const reply = comments.find((comment) => comment.parent);
	assert.equal((await wp.comments().parent(reply.parent)).some((comment) => comment.id === reply.id), true);
	assert.equal((await wp.comments().id(reply.id)).content.rendered, reply.content.rendered);

	// Terms and users.
	const categories = await wp.categories().perPage(100);
	assert.equal(categories.find((one) => one.id === category).count, where((p) => p.categories.includes(category)).length);
	assert.deepEqual(ids(await wp.categories().forPost(post.id)).sort(), [...post.categories].sort());
	assert.deepEqual(ids(await wp.tags().forPost(post.id)).sort(), [...post.tags].sort());
	const [slug] = await wp.tags().slug((await wp.tags().id(tag)).slug);
	assert.equal(slug.id, tag);
	assert.ok((await wp.users().perPage(100)).every((user) => !JSON.stringify(user).includes('@')));

	assert.deepEqual([...await wp.pages()], []);
	assert.ok((await wp.types()).post && (await wp.taxonomies()).category && (await wp.statuses()).publish);

	// Errors are WordPress's.
	await fails(wp.posts().id(987654321).get(), 'rest_post_invalid_id', 404);
	await fails(wp.posts().page(100000).get(), 'rest_post_invalid_page_number', 400);
	await fails(wp.posts().perPage(1000).get(), 'rest_invalid_param', 400);
	const writer = new WPAPI({ endpoint: `${site}/wp-json` }); // a client that has not read which methods there are
	await fails(writer.posts().create({ title: 'x' }), 'rest_cannot_create', 401);
	await fails(writer.posts().id(post.id).update({ title: 'x' }), 'rest_cannot_edit', 401);
	await fails(writer.posts().id(post.id).delete(), 'rest_cannot_delete', 401);
	await fails(writer.comments().create({ post: post.id, content: 'x' }), 'rest_comment_login_required', 401);
	await fails(writer.users().me().get(), 'rest_not_logged_in', 401);
	console.log(`${all.length} posts`);
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
