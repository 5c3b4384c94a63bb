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

static struct client_patterns patterns;

static int add_patterns(void **state)
{
    static const struct {
        const char *pattern;
        enum client client;
    } rows[] = {
        {"uptimerobot", CLIENT_MONITOR}, /* before and after the shorter one that it contains */
        {"bot", CLIENT_ROBOT},           {"StatusCake bot", CLIENT_MONITOR},
        {"curl/", CLIENT_ROBOT},         {"spider", CLIENT_ROBOT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (client_patterns_add(&patterns, rows[i].pattern, rows[i].client) != ERR_NONE)
            return -1;
    return 0;
}

static int free_patterns(void **state)
{
    (void)state;
    client_patterns_free(&patterns);
    client_patterns_free(&patterns); /* twice is fine */
    client_patterns_free(NULL);
    return patterns.items != NULL || patterns.count != 0;
}

static void an_empty_pattern_is_refused(void **state)
{
    size_t count = patterns.count;

    (void)state;
    assert_int_equal(client_patterns_add(&patterns, "", CLIENT_ROBOT), ERR_INVALID);
    assert_int_equal(patterns.count, count);
}

static void a_list_is_taken_and_its_odd_rows_are_not(void **state)
{
    struct client_patterns own = {NULL, 0};
    json_t *list = json_pack("[{s:s,s:s}, {s:s,s:s}, {s:s}, {s:s}, {s:s,s:s}, i, {s:s,s:s}]",
                             "pattern", "GoogleBot", "client", "robot", "pattern", "x", "client",
                             "human", "pattern", "y", "client", "robot", "pattern", "", "client",
                             "robot", 7, "pattern", "pingdom", "client", "monitor");

    (void)state;
    assert_non_null(list);
    assert_int_equal(client_patterns_add_list(&own, list), ERR_NONE);
    assert_int_equal(own.count, 2);
    assert_int_equal(client_judge(&own, "x GOOGLEBOT/2.1", NULL, NULL), CLIENT_ROBOT);
    assert_int_equal(client_judge(&own, "Pingdom", NULL, NULL), CLIENT_MONITOR);
    assert_int_equal(client_patterns_add_list(&own, NULL), ERR_NONE);
    client_patterns_free(&own);
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
        {"curl/8.1", NULL, NULL, CLIENT_ROBOT},
        {"CURL/8.1", NULL, NULL, CLIENT_ROBOT},
        {"Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", NULL, NULL,
         CLIENT_ROBOT},
        {"Mozilla/5.0 (compatible; UptimeRobot/2.0)", NULL, NULL, CLIENT_MONITOR},
        {"statuscake BOT", NULL, NULL, CLIENT_MONITOR},
        {"Googlebot/2.1", "prefetch", "prefetch", CLIENT_ROBOT}, /* a robot that fetches ahead */
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
        enum client have =
            client_judge(&patterns, cases[i].agent, cases[i].sec_purpose, cases[i].purpose);

        if (have != cases[i].client)
            fail_msg("case %zu (%s): have %s, want %s", i, cases[i].agent, client_word(have),
                     client_word(cases[i].client));
    }
}

static void without_patterns_a_name_is_enough(void **state)
{
    static const struct client_patterns none;

    (void)state;
    assert_int_equal(client_judge(NULL, "Googlebot", NULL, NULL), CLIENT_PERSON);
    assert_int_equal(client_judge(&none, "Googlebot", NULL, NULL), CLIENT_PERSON);
    assert_int_equal(client_judge(NULL, NULL, NULL, NULL), CLIENT_ROBOT);
}

/* Judged by the beginning, without running over. */
static void a_huge_agent_is_judged_by_its_beginning(void **state)
{
    size_t size = 1 << 20;
    char *agent = malloc(size);

    (void)state;
    assert_non_null(agent);
    memset(agent, 'a', size);
    memcpy(agent + size - 4, "bot", 4);
    assert_int_equal(client_judge(&patterns, agent, NULL, NULL), CLIENT_PERSON);
    memcpy(agent + 1000, "bot", 3);
    assert_int_equal(client_judge(&patterns, agent, NULL, NULL), CLIENT_ROBOT);
    free(agent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_pattern_is_refused),
        cmocka_unit_test(a_list_is_taken_and_its_odd_rows_are_not),
        cmocka_unit_test(unknown_words_are_known_as_such),
        cmocka_unit_test(clients_are_judged),
        cmocka_unit_test(without_patterns_a_name_is_enough),
        cmocka_unit_test(a_huge_agent_is_judged_by_its_beginning),
    };

    return cmocka_run_group_tests_name("client", tests, add_patterns, free_patterns);
}
