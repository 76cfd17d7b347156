package views

import (
	"testing"

	"broadsheet/public"

	"github.com/jba/templatecheck"
)

// TestTemplatesMatchTheirStructs finds misspelt fields also on branches that
// no sample reaches.
func TestTemplatesMatchTheirStructs(t *testing.T) {
	t.Parallel()
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(assets, Options{})
	if err != nil {
		t.Fatal(err)
	}
	data := map[string]any{
		string(FrontPage):        Front{},
		string(ListPage):         List{},
		string(CategoriesPage):   Categories{},
		string(FeedsPage):        Feeds{},
		string(ArticlePage):      Article{},
		string(ThreadPage):       Thread{},
		string(MinePage):         Mine{},
		string(MailPage):         MailChoice{},
		string(ProofPage):        Proof{},
		string(SignInPage):       SignIn{},
		string(AccountPage):      Account{},
		string(QueuePage):        Queue{},
		string(CardsPage):        CardPage{},
		string(LogPage):          Log{},
		string(StaffPage):        Staff{},
		string(RepliesPage):      Replies{},
		string(DeletionPage):     Deletion{},
		string(ForgetWriterPage): ForgetWriter{},
		string(ReportPage):       Report{},
		string(ReceiptPage):      Receipt{},
		string(StatusPage):       OwnComment{},
		string(EditPage):         OwnComment{},
		string(ProblemPage):      Problem{},
		string(EmbedPage):        Embed{},
		string(GalleryPage):      Gallery{},
		string(ResendPage):       Resend{},
		string(PersonPage):       Colleague{},
	}
	for name, page := range map[string]any{
		string(BanPanelPage): Ban{}, string(WritersPage): Writers{}, string(WriterPage): Writer{},
		string(BansPage): Bans{}, string(BanPage): Ban{}, string(RulesPage): Rules{},
		string(ClosingPage): Closing{}, string(StoriesPage): Stories{}, string(FiguresPage): Figures{}, string(HeldPage): Held{}, string(AppealsPage): Appeals{}, string(TransparencyPage): Transparency{},
		string(HeldMailPage):  HeldMail{},
		string(SearchPage):    Search{},
		string(SubscribePage): Subscribe{}, string(SubscriptionPage): Subscription{},
		string(RobotFiguresPage): RobotFigures{},
		string(OfflinePage):      Offline{},
		string(HelpListPage):     HelpList{}, string(HelpPage): Help{},
		string(RepublishPage):   Republish{},
		string(CorrectionsPage): Corrections{}, string(ChangesPage): Changes{},
		string(RankingsPage):   Rankings{},
		string(DigestDeskPage): DigestDesk{},
		string(SettingsPage):   Settings{},

		string(EditStoriesPage): EditStories{}, string(EditStoryPage): EditStory{},
		string(PicturesPage): Pictures{}, string(PicturePage): LibraryItem{},
		string(EditVersionsPage): EditVersions{}, string(EditUpcomingPage): EditUpcoming{},
		string(EditFrontPage): EditFront{},
		string(TermListPage):  TermList{}, string(TermFormPage): TermForm{}, string(TermMergePage): TermMerge{}, string(TermRemovalPage): TermRemoval{}, string(TermLogPage): TermLog{},
		string(RedirectsPage): Redirects{},
	} {
		data[name] = page
	}
	for _, name := range PageNames() {
		if data[name] == nil {
			t.Errorf("no struct for page %q", name)
			continue
		}
		for lang := range r.catalogues {
			parsed, err := r.pages[lang+"/"+name].parse()
			if err == nil {
				err = templatecheck.CheckHTML(parsed.Lookup("page"), data[name])
			}
			if err != nil {
				t.Errorf("%s in %s: %v", name, lang, err)
			}
		}
	}
	if len(templateFuncs(r.catalogues[fallbackLanguage], assets)) > 25 {
		t.Error("more than 25 template functions")
	}
}
