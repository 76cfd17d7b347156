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
	"broadsheet/models/discussion/pace"
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
	// User is the signed-in account, nil for a guest. Its name and address replace
	// the typed ones.
	User *people.User
	// Foreign is set if User moderates other categories than the article's, so the
	// rules apply as to any commenter.
	Foreign  bool
	Token    string // the browser's, "" if it has none
	NewToken string // the token that the answer gives to a browser without one
	Host     string // the site's own; links to it do not count
	// Follow asks for mail about replies.
	Follow bool
	// VerifiedEmail is the address that the browser has verified by opening a link
	// that was sent there, "" for none.
	VerifiedEmail string
	// HiddenField is set if the field was filled in that only programs see.
	HiddenField bool
	// Took is how long writing took, 0 if it is not known.
	Took time.Duration

	article *newsroom.Article // once it is known
}

// doubleClick is how long the same comment again counts as a double click.
const doubleClick = 10 * time.Minute

// Post judges and stores a new comment. It refuses with the kinds and codes below,
// in this order. Fields of an Invalid error are named as in the form.
//
//	Forbidden parent-gone    the parent is not public on this article
//	NotFound                 the article does not exist or is not public
//	Forbidden closed         the article takes no comments
//	Forbidden banned         the commenter is banned (suspended: for a time)
//	Forbidden verify         the article takes comments from verified addresses only
//	Forbidden staff-only     the article takes comments from the staff only
//	Invalid                  fields are missing, malformed or too long
//	Conflict  duplicate      the same comment was posted more than ten minutes ago
//	TooMany   flood          the last comment was too recent
//	TooMany   slow           the last comment on this article was too recent
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
	if !in.isModerator() {
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

// isModerator reports whether the commenter may decide comments on the article.
// Then no rule judges the comment, and there is no wait between two comments.
func (in Submission) isModerator() bool {
	return !in.Foreign && in.User.May(people.Moderating)
}

// admit checks whether the article and the parent take the comment.
func admit(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission, now models.Time) (*newsroom.Article, error) {
	if in.ParentID != 0 {
		var id int64
		found, err := models.QueryRow(ctx, r, []any{&id},
			"SELECT id FROM comments WHERE id = ? AND article_id = ? AND state = 'approve'", in.ParentID, in.ArticleID)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, models.Refusal(models.Forbidden, "parent-gone", "the comment you are answering is no longer public")
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
		return nil, models.Refusal(models.Forbidden, "closed", "comments on this article are closed")
	}
	if !in.isModerator() {
		if err := RefuseBanned(site, in.sender(), now.Time); err != nil {
			return nil, err
		}
	}
	return article, refuseOutsider(site.Commenters(article), in)
}

// refuseOutsider refuses a commenter who is not among the allowed ones. Only a
// session or a verified address counts, never a typed one.
func refuseOutsider(who models.Commenters, in Submission) error {
	switch {
	case who == models.VerifiedCommenter && in.User == nil && in.VerifiedEmail == "":
		return models.Refusal(models.Forbidden, "verify", "only readers with a verified address may comment on this article")
	case who == models.StaffCommenter && (in.User == nil || !in.User.IsStaff()):
		return models.Refusal(models.Forbidden, "staff-only", "only the newsroom may comment on this article")
	}
	return nil
}

// compose builds a comment from a submission. It checks the fields and renders the
// text.
func compose(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission, article *newsroom.Article) (*Comment, error) {
	c := &Comment{
		ArticleID: article.ID, ParentID: in.ParentID, Type: "comment", Version: 1, Language: article.Language,
		Author: richtext.PlainLine(in.Author), Email: strings.TrimSpace(in.Email), URL: CleanURL(in.URL),
		Text:      strings.TrimSpace(richtext.Normalize(in.Text)),
		Agent:     cutBytes(richtext.PlainLine(in.Agent), maxAgentBytes),
		TokenHash: HashToken(cmp.Or(in.Token, in.NewToken)),
	}
	if site.Commenters(article) == models.VerifiedCommenter {
		c.Email = in.VerifiedEmail // in place of a typed one
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
	c.SetText(c.Text)
	key := duplicateKey(c, HashToken(in.Token))
	c.DuplicateKey = &key
	return c, nil
}

// Anonymous is the name of a comment that came without one.
const Anonymous = "Anonymous"

// validate checks the fields and brings the email into its stored form.
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

// insert checks again whether the article takes the comment, checks the limits of
// pace, and stores the comment with its counts and mails, all in one transaction.
func (c *Comment) insert(ctx context.Context, tx *models.Tx, site *newsroom.Site, in Submission, state State) error {
	now := models.At(tx.Now)
	// The lock keeps two posts of one customer, such as a double click or a flood,
	// from running these checks at the same time.
	if err := models.LockKey(ctx, tx, cmp.Or(models.CustomerOf(c.IP), *c.DuplicateKey)); err != nil {
		return err
	}
	article, err := admit(ctx, tx, site, in, now)
	if err != nil {
		return err
	}
	if !in.isModerator() {
		from := pace.Origin{Email: c.Email, IP: c.IP, Network: c.Network, TokenHash: c.TokenHash, HasCookie: in.Token != ""}
		err := pace.RefuseFlood(ctx, tx, from, site.CommentFloodWindow)
		if err == nil && article.CommentsSlow > 0 {
			err = pace.RefuseSlow(ctx, tx, from, c.ArticleID, time.Duration(article.CommentsSlow)*time.Minute)
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
	return queueMails(ctx, tx, []turned{{c.ID, c.ParentID, state}}, nil)
}

// store stores a new comment below its parent, with its counts.
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
	return models.First[Comment](r.Query(ctx).Where("duplicate_key = ?", key))
}

// repeated resolves a duplicate: it returns the earlier comment within ten minutes,
// and a Conflict after that. If there is no duplicate it returns refused, the error
// that the new comment met. The unique index decides between two at the same time.
func repeated(ctx context.Context, db *models.DB, key string, refused error) (*Comment, error) {
	first, err := byDuplicateKey(ctx, db, key)
	switch {
	case err != nil:
		return nil, err
	case first == nil && !models.IsDuplicate(refused):
		return nil, refused
	case first == nil || models.Wait(first.CreatedAt, doubleClick, models.At(db.Now())) == 0:
		return nil, models.Refusal(models.Conflict, "duplicate", "you have said that already")
	}
	return first, nil
}

// duplicateKey returns a hash of the text, its place and its commenter. The
// commenter is the browser or, without a token, the network. The second click of a
// double click may be sent before the answer to the first one brings a token, so a
// browser that gets its token only now counts as its network.
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

// noWebsite holds the values of an empty website field. Some browsers and themes
// fill in the scheme.
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

// cutBytes cuts a text to a number of bytes, at the end of a character.
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
