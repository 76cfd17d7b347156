package discussion

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// Limits of a comment's fields, the same as WordPress's. The name is counted in
// characters as people count them, see [richtext.TooLong], the rest in bytes.
const (
	MaxAuthor     = 245
	MaxEmailBytes = 100
	MaxURLBytes   = 200
	MaxTextBytes  = richtext.MaxCommentBytes
	// maxAuthorBytes lets the cookie that remembers a name hold it.
	maxAuthorBytes = 1500
	maxAgentBytes  = 254
)

// Submission is a new comment as it arrives.
type Submission struct {
	ArticleID int64
	ParentID  int64
	Author    string
	Email     string
	URL       string
	Text      string
	IP        netip.Addr
	Agent     string
	// User is who is signed in, nil for a guest. Their name and address take the
	// place of what was typed.
	User *people.User
	// Foreign: User moderates other sections than the article's, so the rules
	// apply as to any writer.
	Foreign  bool
	Token    string // the browser's, "" if it has none
	NewToken string // what a browser without a token is being given now
	Host     string // the site's own; links to it do not count
	// Follow: the writer wants to be told about answers by mail.
	Follow bool
	// VerifiedEmail is the address that the browser has shown to be its own, by
	// opening a link that was sent there; "" for none.
	VerifiedEmail string
	// HiddenField: the field that people do not see was filled in.
	HiddenField bool
	// Took is how long the writer took, 0 where it is not known.
	Took time.Duration

	article *newsroom.Article // once it is known
}

// doubleClick is how long the same comment counts as the same click.
const doubleClick = 10 * time.Minute

// Post takes a new comment. It refuses with the kinds and codes below, in
// this order; fields of an Invalid error are named as in the form.
//
//	Forbidden parent-gone    the comment it answers is not public here
//	NotFound                 no such article, or one that is not public
//	Forbidden closed         the article takes no comments
//	Forbidden banned         the writer may not post, or (suspended) not yet
//	Forbidden verify         it takes them from verified addresses alone
//	Forbidden staff-only     it takes them from those who work here alone
//	Invalid                  fields missing, malformed or too long
//	Conflict  duplicate      said before, more than ten minutes ago
//	TooMany   flood          too soon after the last one
//	TooMany   slow           one comment in so many minutes is taken here
//
// The same comment again within ten minutes returns the first one.
func Post(ctx context.Context, db *models.DB, site *newsroom.Site, in Submission) (*Comment, error) {
	article, err := admit(ctx, db, site, in, models.At(db.Now()))
	if err != nil {
		return nil, err
	}
	c, err := compose(ctx, db, site, in, article)
	if err != nil {
		return nil, err
	}
	in.article = article
	state := Approved
	if !in.answersForItself() {
		state, c.Reasons = judge(ctx, db, site, c, in, db.Now())
	}
	var posted *Comment
	err = db.Write(ctx, func(tx *models.Tx) error {
		fresh := *c
		posted = &fresh
		return posted.insert(ctx, tx, site, in, state)
	})
	if models.IsDuplicate(err) || models.KindOf(err) == models.TooMany {
		return repeated(ctx, db, *c.DuplicateKey, err)
	}
	return posted, err
}

// answersForItself reports whether the writer may decide comments anyway: then
// no rule is asked, and nobody waits between two of them.
func (in Submission) answersForItself() bool {
	return !in.Foreign && in.User.May(people.Moderating)
}

// admit checks what the article and the parent allow.
func admit(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission, now models.Time) (*newsroom.Article, error) {
	if in.ParentID != 0 {
		var id int64
		found, err := models.QueryRow(ctx, r, []any{&id}, "SELECT id FROM comments WHERE id = ? AND article_id = ? AND state = 'approve'", in.ParentID, in.ArticleID)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, models.Refuse(models.Forbidden, "parent-gone", "the comment you are answering is no longer public")
		}
	}
	article, err := newsroom.ForCommenting(ctx, r, in.ArticleID)
	if kind := models.KindOf(err); err != nil && (kind == models.NotFound || kind == models.Gone) {
		return nil, models.Errorf(models.NotFound, "no such article") // the same for all that are not public
	}
	if err != nil {
		return nil, err
	}
	if !site.TakesComments(article, now) {
		return nil, models.Refuse(models.Forbidden, "closed", "comments on this article are closed")
	}
	if !in.answersForItself() {
		if err := refuseBanned(site, in.person(), now.Time); err != nil {
			return nil, err
		}
	}
	return article, refuseOutsider(site.Commenters(article), in)
}

// refuseOutsider refuses whoever does not belong to those who may comment.
// What was typed makes nobody belong to them: only a session does, or the
// address that the browser has shown to be its own.
func refuseOutsider(who models.Commenters, in Submission) error {
	switch {
	case who == models.VerifiedCommenter && in.User == nil && in.VerifiedEmail == "":
		return models.Refuse(models.Forbidden, "verify", "only readers with a verified address may comment on this article")
	case who == models.StaffCommenter && (in.User == nil || !in.User.IsStaff()):
		return models.Refuse(models.Forbidden, "staff-only", "only the newsroom may comment on this article")
	}
	return nil
}

// compose checks the fields and renders the comment.
func compose(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission, article *newsroom.Article) (*Comment, error) {
	c := &Comment{
		ArticleID: article.ID, ParentID: in.ParentID, Type: "comment",
		Author: richtext.PlainLine(in.Author),
		Email:  strings.TrimSpace(in.Email),
		Text:   strings.TrimSpace(richtext.Normalize(in.Text)),
		Agent:  cutBytes(richtext.PlainLine(in.Agent), maxAgentBytes),
		Policy: richtext.CommentPolicyVersion, Version: 1,
		TokenHash: HashToken(cmp.Or(in.Token, in.NewToken)), Language: article.Language,
	}
	c.URL = CleanURL(in.URL)
	if site.Commenters(article) == models.VerifiedCommenter {
		c.Email = in.VerifiedEmail // nobody writes there under another one
	}
	if in.User != nil {
		c.Author, c.Email, c.URL, c.UserID = in.User.Name, in.User.Email, "", &in.User.ID
	}
	c.IP, c.Network = addresses(in.IP)
	if err := c.validate(ctx, r, site, in); err != nil {
		return nil, err
	}
	if c.Author == "" {
		c.Author = Anonymous
	}
	c.Verified = c.Email != "" && c.Email == in.VerifiedEmail
	c.HTML = richtext.Comment(c.Text)
	c.fingerprint()
	key := duplicateKey(c, HashToken(in.Token))
	c.DuplicateKey = &key
	return c, nil
}

// Anonymous is the name of a comment that came without one.
const Anonymous = "Anonymous"

func (c *Comment) validate(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission) error {
	var bad []models.FieldError
	refuse := func(field, code string, limit int) {
		bad = append(bad, models.FieldError{Field: field, Code: code, Limit: limit})
	}
	switch {
	case len(c.Text) > MaxTextBytes:
		refuse("comment", "too-long", MaxTextBytes)
	case richtext.BlankComment(c.Text):
		refuse("comment", "required", 0)
	}
	switch {
	case richtext.TooLong(c.Author, MaxAuthor) || len(c.Author) > maxAuthorBytes:
		refuse("author", "too-many-characters", MaxAuthor)
	case site.CommentNameEmail && richtext.Blank(c.Author):
		refuse("author", "required", 0)
	}
	switch email, err := people.NormalizeEmail(c.Email); {
	case len(c.Email) > MaxEmailBytes:
		refuse("email", "too-long", MaxEmailBytes)
	case c.Email == "" && site.CommentNameEmail:
		refuse("email", "required", 0)
	case c.Email != "" && err != nil:
		refuse("email", "invalid", 0)
	case c.Email != "":
		c.Email = email
	}
	if in.User == nil || !in.User.IsStaff() {
		var self int64
		if in.User != nil {
			self = in.User.ID
		}
		fault, err := people.CheckGuestName(ctx, r, site.Name, c.Author, self)
		if err != nil {
			return err
		}
		if fault != "" {
			refuse("author", string(fault), 0)
		}
	}
	switch typed := strings.TrimSpace(in.URL); {
	case c.UserID != nil || richtext.Blank(typed) || noWebsite[strings.ToLower(typed)]:
	case len(typed) > MaxURLBytes:
		refuse("url", "too-long", MaxURLBytes)
	case c.URL == "":
		refuse("url", "not-web-address", 0)
	}
	if len(bad) > 0 {
		return models.InvalidFields(bad...)
	}
	return nil
}

// insert does what must be one step with storing: it asks again whether the
// comment is welcome, stores it and counts it.
func (c *Comment) insert(ctx context.Context, tx *models.Tx, site *newsroom.Site, in Submission, state State) error {
	now := models.At(tx.Now)
	// A double click and a flood come from one customer. The lock keeps two
	// posts of one customer from checking for duplicates at the same time.
	if err := models.LockKey(ctx, tx, cmp.Or(models.CustomerOf(c.IP), *c.DuplicateKey)); err != nil {
		return err
	}
	article, err := admit(ctx, tx, site, in, now)
	if err != nil {
		return err
	}
	if !in.answersForItself() {
		err := c.refuseFlood(ctx, tx, site, now)
		if err == nil && article.CommentsSlow > 0 {
			err = c.refuseSlow(ctx, tx, time.Duration(article.CommentsSlow)*time.Minute, in, now)
		}
		if err != nil {
			return err
		}
	}
	c.CreatedAt = now
	if err := c.store(ctx, tx, state); err != nil {
		return err
	}
	if in.Follow && c.Email != "" {
		if err := c.follow(ctx, tx); err != nil {
			return err
		}
	}
	if state != Approved || !in.Follow && c.ParentID == 0 {
		return nil
	}
	return tell(ctx, tx, []turned{{c.ID, c.ParentID, state}})
}

// store writes the row under its parent and counts it.
func (c *Comment) store(ctx context.Context, tx *models.Tx, state State) error {
	if c.ParentID != 0 {
		var parent Comment
		if err := tx.Query(ctx).Select("id", "root_id", "depth").Where("id = ?", c.ParentID).Take(&parent).Error; err != nil {
			return err
		}
		c.RootID, c.Depth = parent.Root(), parent.Depth+1
	}
	c.State, c.StateAt = state, models.At(tx.Now)
	t := newTally()
	t.add(c)
	if err := c.create(ctx, tx); err != nil {
		return err
	}
	return t.write(ctx, tx)
}

func byDuplicateKey(ctx context.Context, r models.Queryer, key string) (*Comment, error) {
	var found []*Comment
	if err := r.Query(ctx).Where("duplicate_key = ?", key).Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// repeated answers who says something again, whether the first time is long
// over or happens right now: the unique index has decided which is the first.
// refused is what the comment met; it stands for one that says something new.
func repeated(ctx context.Context, db *models.DB, key string, refused error) (*Comment, error) {
	first, err := byDuplicateKey(ctx, db, key)
	switch {
	case err != nil:
		return nil, err
	case first == nil && !models.IsDuplicate(refused):
		return nil, refused
	case first == nil || models.Wait(first.CreatedAt, doubleClick, models.At(db.Now())) == 0:
		return nil, models.Refuse(models.Conflict, "duplicate", "you have said that already")
	}
	return first, nil
}

// duplicateKey is the same for the same text by the same person at the same
// place. A person is a browser or, without a token, a network.
//
// A browser that gets its token only now counts by its network: a second
// click may leave before the first one's answer brings the token.
func duplicateKey(c *Comment, token string) string {
	who := cmp.Or(token, c.Network)
	h := sha256.New()
	for _, part := range []string{fmt.Sprint(c.ArticleID), fmt.Sprint(c.ParentID), who, c.Author, c.Email, c.Text} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// HashToken returns the stored form of a browser's token, "" for none.
func HashToken(token string) string {
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:16])
}

// noWebsite holds the values of an empty website field: some browsers and
// themes fill in the scheme.
var noWebsite = map[string]bool{"": true, "http://": true, "https://": true}

// CleanURL returns the address to which a website is linked, see
// [richtext.WebAddress]. It returns "" for a text that is no web address.
func CleanURL(s string) string {
	u := richtext.WebAddress(s)
	if len(u) > MaxURLBytes {
		return ""
	}
	return u
}

// addresses returns an IP address and its [models.Network] as they are stored.
func addresses(ip netip.Addr) (address, network string) {
	if !ip.IsValid() {
		return "", ""
	}
	return models.PlainAddr(ip).String(), models.Network(ip)
}

// CutAuthor returns a name without line breaks, cut to the limits of a comment.
func CutAuthor(name string) string {
	return richtext.Cut(cutBytes(richtext.PlainLine(name), maxAuthorBytes), MaxAuthor)
}

func cutBytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
