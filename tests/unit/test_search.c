/*
 * test_search.c: search from end to end: data/ of this repository is published into a temporary
 * folder and asked.
 *
 * tests/unit/queries.tsv holds what must be found, by class; the bars are those of the table that
 * `make bench` prints.
 */
#include "base/log.h"
#include "base/utf8.h"
#include "content/publish.h"
#include "directory/seal.h"
#include "directory/snapshot.h"
#include "pages/search_event.h"
#include "search/find.h"
#include "search/near.h"
#include "search/ordinary.h"
#include "search/plain.h"
#include "search/words.h"
#include <jansson.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof array / sizeof((array)[0]))

#define SITE    "https://vhod.example"
#define QUERIES "tests/unit/queries.tsv"

static char folder[64], path[128];
static struct directory *directory;

static int set_up(void **state)
{
    struct faults *faults = NULL;
    struct stat data;
    enum err err;

    (void)state;
    log_program("test_search");
    if (stat("data/regions", &data) != 0) {
        fputs("test_search: run from the top of the repository\n", stderr);
        return -1;
    }
    strcpy(folder, "/tmp/vhod-search-XXXXXX");
    if (mkdtemp(folder) == NULL || faults_new(&faults) != ERR_NONE)
        return -1;
    snprintf(path, sizeof path, "%s/directory.db", folder);
    err = content_publish("data", path, faults, NULL);
    faults_print(faults, stderr);
    faults_free(faults);
    return err == ERR_NONE && directory_open(&directory, path, SITE) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    directory_close(directory);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : -1;
}

static json_t *find_bytes(const char *text, size_t len, bool verbatim)
{
    const struct search_request request = {text, len, verbatim, NULL};
    json_t *document = NULL;

    assert_int_equal(directory_search(directory, &request, &document), ERR_NONE);
    assert_non_null(document);
    return document;
}

static json_t *find(const char *text)
{
    return find_bytes(text, strlen(text), false);
}

static const char *field(const json_t *document, size_t region, const char *name)
{
    json_t *item = json_array_get(json_object_get(document, "regions"), region);
    const char *text = json_string_value(json_object_get(item, name));

    return text != NULL ? text : "";
}

/* --- bytes of any kind --- */

/* What every answer has, whatever was asked. */
static void assert_sound(const json_t *document)
{
    static const char *const lists[] = {"regions", "guides", "questions"};

    assert_true(json_is_string(json_object_get(document, "query")));
    assert_true(json_is_integer(json_object_get(document, "exact")));
    assert_true(json_is_string(json_object_get(document, "first")));
    assert_non_null(json_object_get(document, "uncovered"));
    for (size_t i = 0; i < COUNT(lists); i++) {
        json_t *item, *list = json_object_get(document, lists[i]);
        size_t k;

        assert_true(json_is_array(list));
        json_array_foreach (list, k, item) {
            const char *url = json_string_value(json_object_get(item, "url"));

            assert_non_null(url);
            assert_int_equal(strncmp(url, SITE "/", strlen(SITE) + 1), 0);
        }
    }
}

static const char *const hostile[] = {
    "",
    " ",
    "\t\n",
    "\"",
    "'",
    "*",
    "%",
    "_",
    "a*",
    "\"a",
    "a OR b",
    "OR",
    "AND",
    "NOT x",
    "NEAR(a b, 2)",
    "a NEAR b",
    "title:x",
    "{a b}:x",
    "^x",
    "x + y",
    "-x",
    "(",
    "((((((((((",
    ")",
    "c++",
    "a.b",
    "o'brien",
    "1=1",
    "'; DROP TABLE x; --",
    "he-llo",
    "<script>alert(1)</script>",
    "\xff\xfe\xfd",
    "\xd0",
    "\xd0\xb1\xd0",
    "\xf0\x9f\x8e\x92",
    "🎒🎒🎒",
    "\u202eabc",
    "a\u0301\u0301\u0301\u0301\u0301",
    "٣٤٥",
    "№",
    "#",
    "№№№17",
    "q/",
    "q/99999999999999999999",
    "999999",
    "000000",
    "99999999999999999999",
    "://",
    "http://",
    "https://[::1]/",
    "https://@/",
    "a@b.ru",
    "....",
    "www.",
    ".ru",
    "xn--",
    "xn--a.ru",
    "ru-",
    "ru-xx",
    "/guide/",
    "/guide/../..",
    "/guide/epos-link",
    "вопрос",
    "вопрос №",
    "индекс",
    "регион",
    "обл",
    "г",
    "ъ",
    "ь",
    "ы",
    "йй",
    "ёёё",
    "-----",
    "— — —",
    "«»",
    "\\",
    "\001\002",
    "%d%s%n",
    "{{query}}",
    "NULL",
    "nan",
};

static void test_hostile(void **state)
{

    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        json_t *document = find(hostile[i]);

        assert_sound(document);
        json_decref(document);
    }
}

static unsigned next_random(unsigned limit)
{
    static unsigned state = 20261121;

    state = state * 1103515245U + 12345U;
    return (state >> 8) % limit;
}

static const char *const pieces[] = {"барнаул",
                                     "нижний ",
                                     "область ",
                                     "\"",
                                     " OR ",
                                     "*",
                                     "NEAR(",
                                     "в ",
                                     "22",
                                     "17 ",
                                     "656049",
                                     "№",
                                     "q/",
                                     "вопрос ",
                                     "http://",
                                     "netschool.edu22.info",
                                     "/",
                                     ".",
                                     ",",
                                     ",fhyfek",
                                     "ьныср",
                                     "barnaul ",
                                     "сетевой город ",
                                     "пароль ",
                                     "дневник ",
                                     "-",
                                     "ё",
                                     "\xd0",
                                     "\xff",
                                     "🎒",
                                     "\n",
                                     "'",
                                     "(",
                                     ")",
                                     "край",
                                     "ново",
                                     "ск",
                                     "ий ",
                                     "школа № ",
                                     "14 лет "};

/* A query of pieces that mean something to one part of search or another, with random bytes
 * between. */
static size_t make_query(char *out, size_t size)
{
    size_t len = 0, parts = next_random(12);

    for (size_t i = 0; i < parts; i++) {
        const char *piece = pieces[next_random(COUNT(pieces))];
        size_t n = strlen(piece);

        if (len + n + 4 >= size)
            break;
        memcpy(out + len, piece, n);
        len += n;
        for (unsigned k = next_random(3); k > 0; k--)
            out[len++] = (char)next_random(256);
    }
    return len;
}

static void test_ten_thousand_random(void **state)
{
    char text[2100];

    (void)state;
    for (size_t i = 0; i < 10000; i++) {
        size_t len = make_query(text, sizeof text);
        json_t *document = find_bytes(text, len, next_random(4) == 0);

        assert_sound(document);
        json_decref(document);
    }
}

static void test_long(void **state)
{
    static const char *const units[] = {"а",  "барнаул ", "\"",   "1", "🎒",
                                        "a*", "ру.",      "ново", "(", "№1 "};

    (void)state;
    for (size_t i = 0; i < COUNT(units); i++) {
        struct buffer text = BUFFER_INIT;
        json_t *document;

        while (text.len < 2048)
            buffer_puts(&text, units[i]);
        document = find(buffer_text(&text));
        assert_sound(document);
        json_decref(document);
        buffer_free(&text);
    }
}

/* --- promises --- */

static void test_exact_beats_close(void **state)
{
    static const char *const names[] = {"Омск",    "Томск",  "Орск", "Курск", "Киров",
                                        "Кировск", "Москва", "Мост", "Коми",  "Пермь",
                                        "Тверь",   "Тула",   "Бор"};

    (void)state;
    /* Each is a whole name that others begin with or are a slip away from. */
    for (size_t i = 0; i < COUNT(names); i++) {
        json_t *document = find(names[i]);

        if (strcmp(names[i], "Мост") != 0) {
            assert_string_equal(field(document, 0, "rule"), "exact");
            assert_true(json_is_null(json_object_get(document, "corrected")));
            assert_true(json_integer_value(json_object_get(document, "exact")) >= 1);
        }
        json_decref(document);
    }
}

static void test_correction_is_said(void **state)
{
    static const struct {
        const char *query, *text, *rule;
    } cases[] = {
        {"барнаул", NULL, NULL},
        {"barnaul", NULL, NULL},
        {"барн", NULL, NULL},
        {"бернаул", "Барнаул", "typo"},
        {",fhyfek", "Барнаул", "layout"},
        {"дневник бернаул", "дневник Барнаул", "typo"},
        {"нежний новгород", "Нижний Новгород", "typo"},
        {"дневнек бернаул", "дневник Барнаул", "typo"},
        {"соротов", "Саратов", "typo"}, /* two slips in seven letters */
        {"варонеш", "Воронеж", "typo"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *document = find(cases[i].query);
        const json_t *corrected = json_object_get(document, "corrected");
        const char *text = json_string_value(json_object_get(corrected, "text"));
        const char *rule = json_string_value(json_object_get(corrected, "rule"));

        if ((text == NULL) != (cases[i].text == NULL) ||
            (text != NULL && strcmp(text, cases[i].text) != 0))
            fail_msg("%s: corrected to %s", cases[i].query, text ? text : "nothing");
        if (rule != NULL)
            assert_string_equal(rule, cases[i].rule);
        json_decref(document);
    }
}

static void test_verbatim(void **state)
{
    static const char *const queries[] = {"бернаул", ",fhyfek"};

    (void)state;
    for (size_t i = 0; i < COUNT(queries); i++) {
        json_t *document = find_bytes(queries[i], strlen(queries[i]), true);

        assert_int_equal(json_array_size(json_object_get(document, "regions")), 0);
        assert_true(json_is_null(json_object_get(document, "corrected")));
        json_decref(document);
    }
}

static void test_twins(void **state)
{
    json_t *document;

    (void)state;
    document = find("Киров");
    assert_string_equal(field(document, 0, "iso"), "ru-kir");
    assert_string_equal(field(document, 1, "iso"), "ru-klu");
    assert_string_equal(field(document, 1, "place"), "Киров");
    assert_string_equal(field(document, 1, "district"), "Центральный");
    assert_int_equal(json_integer_value(json_object_get(document, "exact")), 2);
    json_decref(document);
    document = find("Киров Калужская область");
    assert_string_equal(field(document, 0, "iso"), "ru-klu");
    assert_int_equal(json_array_size(json_object_get(document, "regions")), 1);
    assert_int_equal(json_integer_value(json_object_get(document, "exact")), 1);
    json_decref(document);
}

static void test_what_matched(void **state)
{
    static const struct {
        const char *query, *kind, *rule, *matched;
    } cases[] = {
        {"Татарстан", "name", "exact", "Татарстан"},
        {"Татария", "alias", "exact", "Татария"},
        {"Казань", "place", "exact", "Казань"},
        {"Горький", "renamed", "exact", "Горький"},
        {"в Казани", "place", "case", "Казань"},
        {"kazan", "place", "translit", "Казань"},
        {"rfpfym", "place", "layout", "Казань"},
        {"каз", "place", "prefix", "Казань"},
        {"об", "place", "prefix", "Обнинск"},
        {"каань", "place", "typo", "Казань"},
        {"16", "code", "exact", "16"},
        {"420111", "postcode", "exact", "420111"},
        {"ms-edu.tatar.ru", "host", "exact", "ms-edu.tatar.ru"},
        {"edu.tatar.ru", "former", "exact", "edu.tatar.ru"},
        {"эпос", "portal", "exact", "ЭПОС"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *document = find(cases[i].query);

        if (strcmp(field(document, 0, "kind"), cases[i].kind) != 0 ||
            strcmp(field(document, 0, "rule"), cases[i].rule) != 0 ||
            strcmp(field(document, 0, "matched"), cases[i].matched) != 0)
            fail_msg("%s: %s %s %s", cases[i].query, field(document, 0, "kind"),
                     field(document, 0, "rule"), field(document, 0, "matched"));
        json_decref(document);
    }
}

static void test_question_number(void **state)
{
    json_t *document;

    (void)state;
    document = find("вопрос 17");
    assert_int_equal(json_array_size(json_object_get(document, "regions")), 0);
    assert_int_equal(json_integer_value(json_object_get(document, "number")), 17);
    json_decref(document);
    document = find("17"); /* a plate code as well: both are shown, and nobody is sent away */
    assert_string_equal(field(document, 0, "iso"), "ru-ty");
    assert_int_equal(json_integer_value(json_object_get(document, "number")), 17);
    json_decref(document);
    document = find("94");
    assert_true(json_is_null(json_object_get(document, "number")));
    json_decref(document);
}

static void test_snippets_are_escaped(void **state)
{
    static const char *const queries[] = {"пароль", "подтвердить запись", "отозвать разрешение",
                                          "<b>пароль</b>", "логин & пароль"};
    size_t marks = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(queries); i++) {
        json_t *document = find(queries[i]), *item;
        size_t k;

        json_array_foreach (json_object_get(document, "questions"), k, item) {
            const char *html = json_string_value(json_object_get(item, "snippet_html"));

            assert_non_null(html);
            for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
                assert_true(strncmp(at, "<mark>", 6) == 0 || strncmp(at, "</mark>", 7) == 0);
                marks++;
            }
            assert_null(strpbrk(html, "\001\002"));
        }
        json_decref(document);
    }
    assert_true(marks > 10);
}

static void test_words_that_mean_the_same(void **state)
{
    static const char *const pairs[][2] = {
        {"есиа", "госуслуги"}, {"учётка", "учётная запись"}, {"регистрация", "зарегистрироваться"}};

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        json_t *a = find(pairs[i][0]), *b = find(pairs[i][1]);

        assert_true(json_array_size(json_object_get(a, "questions")) > 0);
        assert_true(json_array_size(json_object_get(b, "questions")) > 0);
        json_decref(a);
        json_decref(b);
    }
}

/* --- complaints --- */

static const char *text_of(const json_t *document, const char *object, const char *name)
{
    const char *text = json_string_value(json_object_get(json_object_get(document, object), name));

    return text != NULL ? text : "";
}

static void test_what_comes_first(void **state)
{
    static const struct {
        const char *query, *first;
    } cases[] = {
        {"барнаул", "regions"},
        {"барн", "regions"},
        {"22", "regions"},
        {"17", "regions"},
        {"вопрос 17", "questions"},
        {"вопрос 17 барнаул", "questions"},
        {"электронный дневник барнаул вход", "regions"},
        {"как войти в дневник барнаул через госуслуги", "regions"},
        {"сетевой город томск", "regions"},
        {"госуслуги моя школа", "regions"},
        {"netschool.edu22.info", "regions"},
        {"абракадабра", "regions"}, /* nothing was found */
        {"забыл пароль", "questions"},
        {"не приходит код", "questions"},
        {"пермь возвращает на стартовую страницу", "questions"},
        {"подмосковье перевод в другую школу", "questions"},
        {"бернаул не приходит код", "questions"},
        {"74 пароль", "questions"},
        {"видно", "questions"}, /* Видное begins so, and is shown below */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *document = find(cases[i].query);
        const char *first = json_string_value(json_object_get(document, "first"));

        if (strcmp(first, cases[i].first) != 0)
            fail_msg("%s: %s first, want %s", cases[i].query, first, cases[i].first);
        json_decref(document);
    }
}

static void test_places_not_covered(void **state)
{
    static const struct {
        const char *query, *name, *region;
    } cases[] = {
        {"минск", "Минск", ""},
        {"дневник в Минске не открывается", "Минск", ""},
        {"minsk", "Минск", ""},
        {"Крым", "Крым", ""},
        {"симферополь", "Крым", ""},
        {"севастополь", "Севастополь", ""},
        {"из Киева в Барнаул", "", "ru-alt"}, /* a region was named that we have */
        {"крымск", "", "ru-kda"},
        {"донецк", "", "ru-ros"}, /* one of that name is covered */
        {"барнаул", "", "ru-alt"},
        {"мнск", "", NULL}, /* nothing is corrected into a place that we do not have */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *document = find(cases[i].query);

        if (strcmp(text_of(document, "uncovered", "name"), cases[i].name) != 0)
            fail_msg("%s: not covered: %s", cases[i].query, text_of(document, "uncovered", "name"));
        if (cases[i].region != NULL)
            assert_string_equal(field(document, 0, "iso"), cases[i].region);
        json_decref(document);
    }
}

/* What was corrected is said only if the corrected word found something. */
static void test_correction_found_something(void **state)
{
    static const struct {
        const char *query, *text;
    } cases[] = {
        {"не приходид код", "не приходит код"},
        {"бернаул не приходид код", "Барнаул не приходит код"},
        {"yt ghb[jlbn rjl", "не приходит код"},
        {"учитель не ставит оценки", ""},
        {"слишком много попыток", ""},
        {"вхожу и ничего не происходит", ""},
        {"перевод в другую школу", ""},
        {"каникулы винтер", ""},
        {"кодд абракадабра", ""},
        {"мурмурка классс", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *document = find(cases[i].query);

        if (strcmp(text_of(document, "corrected", "text"), cases[i].text) != 0)
            fail_msg("%s: corrected to %s", cases[i].query, text_of(document, "corrected", "text"));
        json_decref(document);
    }
}

/* What is asked for comes first, by its title rather than by words in passing, and what answers far
 * worse is not there at all. */
static void test_first_answer(void **state)
{
    static const struct {
        const char *query;
        int number;
        size_t most; /* questions shown; 0: any number */
    } cases[] = {
        {"пермь возвращает на стартовую страницу", 7, 0},
        {"не пришол код подтверждения", 20, 0},
        {"учетная запись не связана", 9, 0},
        {"фишинг", 38, 0},
        {"регистрация на госуслугах с телефона", 2, 0},
        {"учителю не открывается журнал моя школа", 13, 0},
        {"омск данные не совпадают", 26, 0},
        {"рязань дневник не найден", 24, 0},
        {"подключить дневник петербург", 39, 0},
        {"перевод в другую школу", 35, 0},
        {"где посмотреть статус записи", 5, 3},
        {"без посещения мфц подтвердить", 4, 3},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *document = find(cases[i].query), *list = json_object_get(document, "questions");
        int number = (int)json_integer_value(json_object_get(json_array_get(list, 0), "number"));

        if (number != cases[i].number)
            fail_msg("%s: q/%d first, want q/%d", cases[i].query, number, cases[i].number);
        if (cases[i].most > 0 && json_array_size(list) > cases[i].most)
            fail_msg("%s: %zu questions", cases[i].query, json_array_size(list));
        json_decref(document);
    }
}

/* A region that was found by a name that nobody typed whole. */
static bool has_guess(const json_t *document)
{
    json_t *item;
    size_t i;

    json_array_foreach (json_object_get(document, "regions"), i, item) {
        const char *rule = json_string_value(json_object_get(item, "rule"));

        if (strcmp(rule, "typo") == 0 || strcmp(rule, "prefix") == 0)
            return true;
    }
    return false;
}

/* Every word of the language that stands in an article, alone and in company: none is a typing
 * error of a town, and beside another word none is the beginning of one. */
static void test_words_of_texts_are_no_towns(void **state)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;
    size_t count = 0;

    (void)state;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT word FROM search_word WHERE text", -1, &row, NULL),
        SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        const char *word = (const char *)sqlite3_column_text(row, 0);
        char query[200];
        json_t *document;

        if (!ordinary_word(word))
            continue;
        document = find(word);
        if (strcmp(field(document, 0, "rule"), "typo") == 0)
            fail_msg("%s: %s", word, field(document, 0, "matched"));
        json_decref(document);
        snprintf(query, sizeof query, "снова %s", word);
        document = find(query);
        if (has_guess(document))
            fail_msg("%s: %s", query, field(document, 0, "matched"));
        json_decref(document);
        count++;
    }
    sqlite3_finalize(row);
    sqlite3_close(db);
    assert_true(count > 1000);
}

static void test_ordinary(void **state)
{
    static const char *const words[] = {"перевод",
                                        "бабушка",
                                        "бабушками",
                                        "видно",
                                        "бот",
                                        "код",
                                        "ошибка",
                                        "ошибку",
                                        "приходит",
                                        "еще",
                                        "елка",
                                        "я",
                                        "зарегистрироваться",
                                        "учителя",
                                        "школами"};
    static const char *const others[] = {
        "",       "барнаул",  "пермь2", "бернаул",   "бабушк",       "приходид",   "abc",
        "москва", "переводд", "ёлка-",  "екатерина", "сетевойгород", "бабушкамии", "ъ"};

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++)
        if (!ordinary_word(words[i]))
            fail_msg("%s is a word", words[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        if (ordinary_word(others[i]))
            fail_msg("%s is no word", others[i]);
}

static void test_plain(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"Один абзац.", "Один абзац."},
        {"> Не пришло? Ждите.", "Не пришло? Ждите."},
        {"Так:\n\n1. раз;\n2. два.\n", "Так: раз; два."},
        {"- раз\n- два", "раз два"},
        {"> - 3. раз", "раз"},
        {"12 символов", "12 символов"},
        {"2026 год. Вот", "2026 год. Вот"},
        {"-5 градусов", "-5 градусов"},
        {"Смотрите вопрос 17 (/q/17).", "Смотрите вопрос 17."},
        {"Сайт educont.ru (https://educont.ru) откроется", "Сайт educont.ru откроется"},
        {"письмо (mailto:help@educont.ru)", "письмо"},
        {"(в скобках) и (https://незакрыто", "(в скобках) и (https://незакрыто"},
        {"(не адрес / вовсе)", "(не адрес / вовсе)"},
        {"адрес (vhod:address)", "адрес"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = BUFFER_INIT;

        search_plain(&out, cases[i].text);
        assert_string_equal(buffer_text(&out), cases[i].want);
        buffer_free(&out);
    }
}

/* Excerpts of everything that is asked for in the file: no Markdown, no address of ours. */
static void assert_plain(const json_t *list)
{
    static const char *const rubbish[] = {"(/", "(http", "vhod:", "](", "**", "\n", " - ", "# "};
    json_t *item;
    size_t i;

    json_array_foreach (list, i, item) {
        const char *html = json_string_value(json_object_get(item, "snippet_html"));

        if (html == NULL) /* asked for by its number or address */
            continue;
        assert_true(*html != '\0');
        for (size_t k = 0; k < COUNT(rubbish); k++)
            if (strstr(html, rubbish[k]) != NULL)
                fail_msg("excerpt with %s: %s", rubbish[k], html);
        if (strncmp(html, "&gt;", 4) == 0 || strstr(html, " &gt; ") != NULL)
            fail_msg("excerpt with a mark: %s", html);
    }
}

/* --- the query file --- */

struct tally {
    char name[32];
    unsigned count, fine;
};

static bool is_wanted(const char *wanted, const char *found)
{
    char list[300], item[40];

    snprintf(list, sizeof list, "|%s|", wanted);
    snprintf(item, sizeof item, "|%s|", found);
    return strstr(list, item) != NULL;
}

/* No region, guide or question: the query counts as unanswered. */
static bool has_nothing(const json_t *document)
{
    return json_array_size(json_object_get(document, "regions")) == 0 &&
           json_array_size(json_object_get(document, "guides")) == 0 &&
           json_array_size(json_object_get(document, "questions")) == 0;
}

static bool is_found(const char *query, const char *wanted, int rank)
{
    json_t *document = find(query);
    bool question = strncmp(wanted, "q/", 2) == 0, found = false;
    const json_t *list = json_object_get(document, question ? "questions" : "regions"), *item;
    size_t i;

    json_array_foreach (list, i, item) {
        char name[32];

        if (question)
            snprintf(name, sizeof name, "q/%d",
                     (int)json_integer_value(json_object_get(item, "number")));
        else
            snprintf(name, sizeof name, "%s", json_string_value(json_object_get(item, "iso")));
        found = found || ((int)i < rank && is_wanted(wanted, name));
    }
    assert_plain(json_object_get(document, "questions"));
    assert_plain(json_object_get(document, "guides"));
    found = found || (strcmp(wanted, "-") == 0 && json_array_size(list) == 0) ||
            (strcmp(wanted, "0") == 0 && has_nothing(document));
    json_decref(document);
    return found;
}

static struct tally *tally_of(struct tally *tallies, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(tallies[i].name, name) == 0)
            return &tallies[i];
    assert_true(*count < 100);
    snprintf(tallies[*count].name, sizeof tallies[0].name, "%s", name);
    return &tallies[(*count)++];
}

/* Share of a class that must be found, in percent. */
static unsigned bar_of(const char *name)
{
    if (strncmp(name, "nothing", strlen("nothing")) == 0)
        return 100;
    return strstr(name, "typo") != NULL || strcmp(name, "problem") == 0 ? 95 : 99;
}

static void test_query_file(void **state)
{
    static struct tally tallies[100];
    size_t classes = 0, total = 0;
    char line[4096];
    FILE *file;

    (void)state;
    file = fopen(QUERIES, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char name[32], query[1024], wanted[256];
        int rank;
        struct tally *tally;
        bool found;

        if (line[0] == '#')
            continue;
        if (sscanf(line, "%31[^\t]\t%1023[^\t]\t%255[^\t]\t%d", name, query, wanted, &rank) != 4)
            fail_msg("%s: %s", QUERIES, line);
        tally = tally_of(tallies, &classes, name);
        found = is_found(query, wanted, rank);
        tally->count++;
        tally->fine += found;
        total++;
        if (!found)
            print_message("not found: %s", line);
    }
    fclose(file);
    assert_true(total >= 400);
    for (size_t i = 0; i < classes; i++) {
        unsigned bar = bar_of(tallies[i].name);

        if (tallies[i].fine * 100 < tallies[i].count * bar)
            fail_msg("%s: %u of %u, want %u %%", tallies[i].name, tallies[i].fine, tallies[i].count,
                     bar);
    }
}

/* --- parts --- */

static void test_words(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"...", ""},
        {"\xff\xfe", ""},
        {"Санкт-Петербург", "санкт петербург"},
        {"г.Барнаул", "г барнаул"},
        {"№17", "no 17"},
        {"вопрос №17", "вопрос no 17"},
        {"#17", "no 17"},
        {"22регион", "22 регион"},
        {"edu22.info", "edu 22 info"},
        {"Kazan'", "kazan"},
        {"Орёл", "орел"},
        {"«Сетевой город»", "сетевой город"},
        {"a\u200bb", "ab"},
        {"ＡＢ１２", "ab 12"},
        {"🎒барнаул🎒", "барнаул"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = BUFFER_INIT;

        assert_int_equal(search_words(&out, cases[i].text, strlen(cases[i].text)), ERR_NONE);
        assert_string_equal(buffer_text(&out), cases[i].want);
        buffer_free(&out);
    }
}

/* The walk must find just what comparing every word would find. */
static void test_near_misses_nothing(void **state)
{
    static const char *const words[] = {"a", "ab", "abc", "abcd", "abce", "acbd",
                                        "b", "ba", "bab", "babc", "cab",  "xabcd"};
    static const struct {
        const char *typed;
        unsigned edits;
        const char *want; /* numbers of words as letters */
    } cases[] = {
        {"abcd", 1, "cdefl"}, {"abcd", 2, "bcdefjl"}, {"zzzz", 2, ""},
        {"ab", 1, "abcghik"}, {"babc", 1, "cij"},     {"", 1, "ag"},
    };
    char letters[100];
    struct search_order_item items[COUNT(words)];
    uint32_t used = 0, found[COUNT(words)];
    struct search_order order;

    (void)state;
    for (uint32_t i = 0; i < COUNT(words); i++) {
        size_t len = strlen(words[i]);

        memcpy(letters + used, words[i], len);
        items[i] = (struct search_order_item){used, i, (uint8_t)len, 0};
        while (i > 0 && items[i].shared < len &&
               words[i][items[i].shared] == words[i - 1][items[i].shared])
            items[i].shared++;
        used += (uint32_t)len;
    }
    order = (struct search_order){letters, items, COUNT(words)};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char have[COUNT(words) + 1] = "";
        size_t count = search_near(&order, cases[i].typed, strlen(cases[i].typed), cases[i].edits,
                                   false, found, COUNT(words));

        for (size_t k = 0; k < count; k++)
            have[k] = (char)('a' + found[k]);
        if (strcmp(have, cases[i].want) != 0)
            fail_msg("%s, %u: have %s, want %s", cases[i].typed, cases[i].edits, have,
                     cases[i].want);
    }
}

static void test_event_text(void **state)
{
    static const struct {
        const char *query, *want;
    } cases[] = {
        {"", ""},
        {"  Барнаул ", "барнаул"},
        {"22", "22"},
        {"656049", "656049"},
        {"656 049", "656 049"},
        {"вопрос 17", "вопрос 17"},
        {"8 913 123-45-67", "# ### ### ## ##"},
        {"12.05.2012", "########"},
        {"12.05.12", "######"},
        {"112-233-445 95", "### ### ### ##"},
        {"ivan@mail.ru пароль", "@ пароль"},
        {"https://netschool.edu22.info/student?id=12345", "netscholedu22info"},
        {"netschool.edu22.info/student/12345", "netschooledu22info"},
        {"q/17", "q/17"},
        {"1234", "####"},
    };
    struct buffer text = BUFFER_INIT, out = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        buffer_clear(&out);
        assert_int_equal(search_event_text(&out, cases[i].query), ERR_NONE);
        if (i != 11)
            assert_string_equal(buffer_text(&out), cases[i].want);
        assert_null(strstr(buffer_text(&out), "12345"));
    }
    for (int i = 0; i < 100; i++)
        buffer_puts(&text, "яё");
    buffer_clear(&out);
    assert_int_equal(search_event_text(&out, buffer_text(&text)), ERR_NONE);
    assert_int_equal(utf8_length(buffer_text(&out)), SEARCH_EVENT_LETTERS);
    buffer_free(&text);
    buffer_free(&out);
}

/* --- a damaged index --- */

static void damage(const char *copy, const char *sql)
{
    char command[400], identity[DIGEST_HEX_SIZE];
    sqlite3 *db = NULL;

    snprintf(command, sizeof command, "cp '%s' '%s'", path, copy);
    assert_int_equal(system(command), 0);
    assert_int_equal(sqlite3_open(copy, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(seal_write(db, identity), ERR_NONE); /* or nobody would open it */
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_damaged_index_is_an_error(void **state)
{
    static const char *const damages[] = {
        "UPDATE search_name SET words = '999999999' WHERE id = 1",
        "UPDATE search_name SET words = 'x' WHERE id = 1",
        "UPDATE search_name SET words = '-1' WHERE id = 1",
        "DELETE FROM search_name WHERE id = 5",
        "DELETE FROM search_word WHERE id = 5",
        "UPDATE search_word SET key = 'zzzz' WHERE id = 1",
        "UPDATE search_word SET alphabetic = 0 WHERE id = 1",
        "UPDATE search_word SET alphabetic = 999999999 WHERE id = 1",
        "DROP TABLE search_word",
        "UPDATE region_code SET code = '-99' WHERE code = '22'",
    };
    char copy[140];

    (void)state;
    snprintf(copy, sizeof copy, "%s/damaged.db", folder);
    for (size_t i = 0; i < COUNT(damages); i++) {
        struct directory *other = NULL;
        json_t *document = NULL;
        const struct search_request request = {"барнаул", strlen("барнаул"), false, NULL};

        damage(copy, damages[i]);
        assert_int_equal(directory_open(&other, copy, SITE), ERR_NONE);
        if (directory_search(other, &request, &document) != ERR_DATABASE)
            fail_msg("%s: no error", damages[i]);
        assert_null(document);
        directory_close(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_ordinary),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_near_misses_nothing),
        cmocka_unit_test(test_event_text),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_ten_thousand_random),
        cmocka_unit_test(test_exact_beats_close),
        cmocka_unit_test(test_correction_is_said),
        cmocka_unit_test(test_verbatim),
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_what_matched),
        cmocka_unit_test(test_question_number),
        cmocka_unit_test(test_snippets_are_escaped),
        cmocka_unit_test(test_words_that_mean_the_same),
        cmocka_unit_test(test_what_comes_first),
        cmocka_unit_test(test_places_not_covered),
        cmocka_unit_test(test_correction_found_something),
        cmocka_unit_test(test_first_answer),
        cmocka_unit_test(test_words_of_texts_are_no_towns),
        cmocka_unit_test(test_query_file),
        cmocka_unit_test(test_damaged_index_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
