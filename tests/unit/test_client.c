/*
 * Tests of web/client.c and journal/client.c: who is a person, and who is a program.
 */
#include "web/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
#define CHROME(version)                                                                            \
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" version    \
    " Mobile Safari/537.36"

static struct client_rules rules;

static int add_rules(void **state)
{
    static const struct {
        const char *pattern;
        enum client client;
    } rows[] = {
        {"uptimerobot", CLIENT_MONITOR}, /* before and after the shorter one that it contains */
        {"robot", CLIENT_ROBOT},         {"StatusCake bot", CLIENT_MONITOR},
        {"|curl/", CLIENT_LIBRARY},      {"^lynx/", CLIENT_PERSON},
        {"|cubot|", CLIENT_PERSON},      {"~bot|", CLIENT_ROBOT},
        {"~://", CLIENT_ROBOT},          {"feeds", CLIENT_FEED},
        {"feedsearch", CLIENT_ROBOT},    {"search", CLIENT_AI},
        {"google", CLIENT_ROBOT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (client_rules_add(&rules, rows[i].pattern, rows[i].client) != ERR_NONE)
            return -1;
    return client_rules_compile(&rules);
}

static int free_rules(void **state)
{
    (void)state;
    client_rules_free(&rules);
    client_rules_free(&rules); /* twice is fine */
    client_rules_free(NULL);
    return rules.items != NULL || rules.count != 0;
}

static enum client judge(const struct client_rules *by, const char *agent, const char *sec_purpose,
                         const char *purpose)
{
    return client_judge(by, &(struct client_signs){.user_agent = agent,
                                                   .sec_purpose = sec_purpose,
                                                   .purpose = purpose});
}

static void a_pattern_of_nothing_is_refused(void **state)
{
    static const char *const empty[] = {"", "~", "^", "|", "~^", "||", "~||"};
    size_t count = rules.count;

    (void)state;
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        assert_int_equal(client_rules_add(&rules, empty[i], CLIENT_ROBOT), ERR_INVALID);
    assert_int_equal(rules.count, count);
}

static void a_list_is_taken_and_its_odd_rows_are_not(void **state)
{
    struct client_rules own = {NULL, 0, NULL};
    json_t *list = json_pack("[{s:s,s:s}, {s:s,s:s}, {s:s}, {s:s}, {s:s,s:s}, i, {s:s,s:s}]",
                             "pattern", "GoogleBot", "client", "preview", "pattern", "x", "client",
                             "human", "pattern", "y", "client", "robot", "pattern", "", "client",
                             "robot", 7, "pattern", "pingdom", "client", "monitor");

    (void)state;
    assert_non_null(list);
    assert_int_equal(client_rules_add_list(&own, list), ERR_NONE);
    assert_int_equal(own.count, 2);
    assert_int_equal(judge(&own, "x GOOGLEBOT/2.1", NULL, NULL), CLIENT_PREVIEW);
    assert_int_equal(judge(&own, "Pingdom", NULL, NULL), CLIENT_MONITOR);
    assert_int_equal(client_rules_add_list(&own, NULL), ERR_NONE);
    client_rules_free(&own);
    json_decref(list);
}

static void unknown_words_are_known_as_such(void **state)
{
    static const char *const words[] = {"", "Person", "person ", "human", "robots"};
    bool known = true;

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        client_from_word(words[i], &known);
        assert_false(known);
    }
    assert_string_equal(client_word(CLIENT__MAX), "");
    for (int client = 0; client < CLIENT__MAX; client++) {
        assert_int_equal(client_from_word(client_word((enum client)client), &known), client);
        assert_true(known);
    }
}

static void clients_are_judged(void **state)
{
    static const struct {
        const char *agent, *sec_purpose, *purpose;
        enum client client;
    } cases[] = {
        {NULL, NULL, NULL, CLIENT_ROBOT},
        {"", "prefetch", NULL, CLIENT_ROBOT},
        {" \t", NULL, NULL, CLIENT_ROBOT},
        {"curl/8.1", NULL, NULL, CLIENT_LIBRARY},
        {"CURL/8.1", NULL, NULL, CLIENT_LIBRARY},
        {"libcurl/8.1", NULL, NULL, CLIENT_ROBOT}, /* no word begins there; and no browser */
        {"Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", NULL, NULL,
         CLIENT_ROBOT},
        {"Mozilla/5.0 (compatible; UptimeRobot/2.0)", NULL, NULL, CLIENT_MONITOR},
        {"statuscake BOT", NULL, NULL, CLIENT_MONITOR},
        {"feedsearch", NULL, NULL, CLIENT_ROBOT}, /* the longest, wherever it begins */
        {"feedsfeeds", NULL, NULL, CLIENT_FEED},
        {"feedsx search", NULL, NULL, CLIENT_AI},
        {"Lynx/2.8.9 libwww", NULL, NULL, CLIENT_PERSON},
        {"x Lynx/2.8.9", NULL, NULL, CLIENT_ROBOT},
        {FIREFOX " SomeBot/1", NULL, NULL, CLIENT_ROBOT},
        {FIREFOX " SomeBottle/1", NULL, NULL, CLIENT_PERSON},
        {FIREFOX " (https://example.org)", NULL, NULL, CLIENT_ROBOT},
        {"Mozilla/5.0 (Linux; Android 9; CUBOT X20) AppleWebKit/537.36 Chrome/90", NULL, NULL,
         CLIENT_PERSON},
        {"Mozilla/5.0 (Linux; Android 9; CUBOT X20) AppleWebKit/537.36 Google", NULL, NULL,
         CLIENT_ROBOT},
        {"Mozilla/5.0", NULL, NULL, CLIENT_ROBOT},
        {"Mozilla/5.0 (Windows NT 10.0)", NULL, NULL, CLIENT_ROBOT},
        {"Mozilla/5.0 (compatible) AppleWebKit/537.36", NULL, NULL, CLIENT_ROBOT},
        {"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)", NULL, NULL,
         CLIENT_PERSON},
        {"Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko", NULL, NULL,
         CLIENT_PERSON},
        {"Opera/9.80 (Android; Opera Mini/36.2) Presto/2.12.423 Version/12.16", NULL, NULL,
         CLIENT_PERSON},
        {"WordPress/6.4; https://school.example", NULL, NULL, CLIENT_ROBOT},
        {"Google/2.1", "prefetch", "prefetch", CLIENT_ROBOT}, /* a robot that fetches ahead */
        {FIREFOX, NULL, NULL, CLIENT_PERSON},
        {FIREFOX, "", "", CLIENT_PERSON},
        {FIREFOX, "prefetched", "notprefetch", CLIENT_PERSON},
        {FIREFOX, "prefetch", NULL, CLIENT_PREFETCH},
        {FIREFOX, "Prefetch;Prerender", NULL, CLIENT_PREFETCH},
        {FIREFOX, "prefetch;anonymous-client-ip", NULL, CLIENT_PREFETCH},
        {FIREFOX, NULL, "prefetch", CLIENT_PREFETCH},
        {FIREFOX, NULL, "preview", CLIENT_PREFETCH},
        {FIREFOX, ", ;prerender", NULL, CLIENT_PREFETCH},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum client have = judge(&rules, cases[i].agent, cases[i].sec_purpose, cases[i].purpose);

        if (have != cases[i].client)
            fail_msg("case %zu (%s): have %s, want %s", i, cases[i].agent, client_word(have),
                     client_word(cases[i].client));
    }
}

/* Says that it is a browser, and leaves out what that one always sends. */
static void browsers_that_behave_like_none_pretend(void **state)
{
    static const struct {
        const char *agent, *language, *site;
        bool secure, pretends;
    } cases[] = {
        {FIREFOX, "ru", "none", true, false},
        {FIREFOX, "ru", NULL, true, true},
        {FIREFOX, "ru", NULL, false, false}, /* in the clear it is never sent */
        {FIREFOX, NULL, "none", true, true},
        {FIREFOX, " ", "none", false, true},
        {CHROME("120.0.0.0"), "ru", NULL, true, true},
        {CHROME("79.0.0.0"), "ru", NULL, true, false}, /* it did not yet */
        {CHROME("120.0.0.0"), "ru", "cross-site", true, false},
        {"Mozilla/5.0 (Linux; Android 9; A; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36",
         "ru", NULL, true, false},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
         "like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
         "ru", NULL, true, true},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
         "like Gecko) Version/16.0 Mobile/15E148 Safari/604.1",
         "ru", NULL, true, false},
        {"Lynx/2.8.9", NULL, NULL, true, false}, /* a person by a rule */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client_signs signs = {.user_agent = cases[i].agent,
                                     .language = cases[i].language,
                                     .fetch_site = cases[i].site,
                                     .whole = true,
                                     .secure = cases[i].secure};
        enum client want = cases[i].pretends ? CLIENT_PRETENDER : CLIENT_PERSON;

        if (client_judge(&rules, &signs) != want)
            fail_msg("case %zu: not %s", i, client_word(want));
        signs.whole = false; /* a line of a log */
        assert_int_equal(client_judge(&rules, &signs), CLIENT_PERSON);
    }
}

static void without_rules_the_shape_decides(void **state)
{
    static const struct client_rules none;

    (void)state;
    assert_int_equal(judge(NULL, "Googlebot", NULL, NULL), CLIENT_ROBOT);
    assert_int_equal(judge(&none, FIREFOX, NULL, NULL), CLIENT_PERSON);
    assert_int_equal(judge(NULL, NULL, NULL, NULL), CLIENT_ROBOT);
}

/* Judged by the beginning, without running over. */
static void a_huge_agent_is_judged_by_its_beginning(void **state)
{
    size_t size = 1 << 20;
    char *agent = malloc(size);

    (void)state;
    assert_non_null(agent);
    memset(agent, ' ', size);
    memcpy(agent, FIREFOX, strlen(FIREFOX));
    memcpy(agent + size - 7, "google", 7);
    assert_int_equal(judge(&rules, agent, NULL, NULL), CLIENT_PERSON);
    memcpy(agent + 1000, "google", 6);
    assert_int_equal(judge(&rules, agent, NULL, NULL), CLIENT_ROBOT);
    free(agent);
}

/* The same rules, found one by one: for texts of few letters, in which they overlap. */
static bool found_simply(const struct client_rule *rule, const char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0; at + rule->len <= len; at++)
        if (strncmp(text + at, rule->text, rule->len) == 0)
            return true;
    return false;
}

static void an_automaton_finds_what_a_search_finds(void **state)
{
    enum { RULES = 40, TEXTS = 20000, LONGEST = 6 };
    struct client_rules own = {NULL, 0, NULL};
    unsigned seed = 15;
    char text[32];

    (void)state;
    for (int i = 0; i < RULES; i++) {
        size_t len = 1 + (size_t)(rand_r(&seed) % LONGEST);

        for (size_t c = 0; c < len; c++)
            text[c] = (char)('a' + rand_r(&seed) % 3);
        text[len] = '\0';
        assert_int_equal(client_rules_add(&own, text, CLIENT_ROBOT), ERR_NONE);
    }
    assert_int_equal(client_rules_compile(&own), ERR_NONE);
    for (int i = 0; i < TEXTS; i++) {
        size_t len = (size_t)(rand_r(&seed) % 12), longest = 0;
        const struct client_rule *found;

        for (size_t c = 0; c < len; c++)
            text[c] = (char)('a' + rand_r(&seed) % 4);
        text[len] = '\0';
        for (size_t r = 0; r < own.count; r++)
            if (own.items[r].len > longest && found_simply(&own.items[r], text))
                longest = own.items[r].len;
        found = client_rules_find(&own, text, len);
        if ((found == NULL ? 0 : found->len) != longest)
            fail_msg("%s: %zu, not %zu", text, found == NULL ? 0 : found->len, longest);
    }
    client_rules_free(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_of_nothing_is_refused),
        cmocka_unit_test(a_list_is_taken_and_its_odd_rows_are_not),
        cmocka_unit_test(unknown_words_are_known_as_such),
        cmocka_unit_test(clients_are_judged),
        cmocka_unit_test(browsers_that_behave_like_none_pretend),
        cmocka_unit_test(without_rules_the_shape_decides),
        cmocka_unit_test(a_huge_agent_is_judged_by_its_beginning),
        cmocka_unit_test(an_automaton_finds_what_a_search_finds),
    };

    return cmocka_run_group_tests_name("client", tests, add_rules, free_rules);
}
