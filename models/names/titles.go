package names

// titleWords are the words for the offices of a newsroom in one interface
// language. They are compared in the form of [skeletonWords].
type titleWords struct {
	// strong words make any name that holds one a claim: they are rare as
	// surnames.
	strong []string
	// weak words are surnames, too. They count if a name, or a part of it
	// between punctuation, consists of titles and fillers only.
	weak []string
	// fillers make a title longer and claim nothing by themselves.
	fillers []string
	// house words are fillers that, beside a part of the paper's name, claim
	// to speak for it: "Courier Team".
	house []string
}

// titlesIn are the titles that guests and readers with an account may not use
// as their name, by interface language. A test of the interface messages
// requires the names of all staff roles among them.
var titlesIn = map[string]titleWords{
	"en": {
		strong: []string{
			"moderator", "moderators", "administrator", "administrators", "admin", "admins", "sysadmin",
			"sysop", "superadmin", "superuser", "webmaster", "modteam", "subeditor", "coeditor", "editor",
			"editors",
		},
		weak: []string{
			"mod", "mods", "staff", "newsroom", "editorial", "author", "contributor", "publisher", "support",
			"moderation", "moderating", "administration", "management", "newsdesk", "owner", "root",
		},
		fillers: []string{
			"the", "a", "an", "of", "at", "for", "from", "by", "in", "to", "on", "our", "your", "this", "and",
			"your", "site", "website", "blog",
			"chief", "senior", "junior", "deputy", "managing", "head", "lead", "assistant", "associate",
			"former", "ex", "guest", "acting", "night", "news",
			"community", "comment", "comments", "letters", "online", "digital", "web", "bot", "system",
			"member", "board", "service",
			"writer", "writers", "reporter", "reporters", "journalist", "correspondent", "columnist", "mr",
			"mrs", "ms", "mx", "miss", "sir", "madam", "dr", "prof", "professor", "rev", "jr", "sr", "esq",
			"phd",
			"verified", "real", "super", "ltd", "inc", "llc",
		},
		house: []string{"paper", "newspaper", "team", "desk", "official", "department", "office", "account"},
	},
	"ar": {
		weak: []string{
			"مشرف", "مشرفة", "مشرفون", "مشرفين", "مراقب", "مدير", "مديرة", "إدارة",
			"أدمن", "ادمن", "محرر",
			"محررة", "محررون", "محررين", "تحرير", "كاتب", "كاتبة", "مساهم", "مساهمة",
			"هيئة التحرير", "فريق التحرير", "موظف", "موظفو", "العاملون", "ناشر",
			"مسؤول", "مسؤولة", "أدمين", "إداري",
		},
		fillers: []string{
			"رئيس", "رئيسة", "نائب", "مساعد", "فريق", "طاقم", "هيئة", "قسم", "مكتب",
			"موقع", "صحيفة", "جريدة",
			"منصة", "عام", "رسمي", "رسمية", "تعليقات", "أخبار", "في", "من", "سابق",
			"حساب", "سكرتير", "أستاذ",
			"أستاذة", "دكتور", "دكتورة", "السيد", "السيدة", "حقيقي", "موثق",
		},
	},
}
