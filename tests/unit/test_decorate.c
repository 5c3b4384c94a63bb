/*
 * test_decorate.c: one field each, compared with all that it must become, so that a gain too many
 * shows as well as one that is missing; then objects in arrays, and bounds.
 */
#include "view/decorate.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SITE "https://vhod.example"

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_DECODE_ANY, &error);

    if (value == NULL)
        fail_msg("%s: %s", text, error.text);
    return value;
}

static const struct example {
    const char *before;
    const char *gain; /* what is added to the object */
} examples[] = {
    /* nothing to gain */
    {"{}", "{}"},
    {"{\"name\": \"current\", \"number\": 7, \"text\": \"2026-01-01\", \"link\": \"https://a/\"}",
     "{}"},
    {"{\"views\": 1.5, \"minutes\": \"5\", \"count\": null}", "{}"},
    {"{\"since\": 5, \"url\": 5, \"url_count\": true}", "{}"},

    /* closed words */
    {"{\"status\": \"current\"}",
     "{\"status=current\": true, \"status=transition\": false, \"status=optional\": false,"
     " \"status=college\": false}"},
    {"{\"confidence\": \"low\"}", "{\"confidence=high\": false, \"confidence=medium\": false}"},
    {"{\"slot\": null}", "{\"slot=address\": false, \"slot=contacts\": false}"},
    {"{\"reader\": \"Family\"}", "{\"reader=family\": false, \"reader=staff\": false}"},
    {"{\"reader\": 404}",
     "{\"reader=family\": false, \"reader=staff\": false, \"reader=404\": true}"},
    {"{\"weekday\": 7}", "{\"weekday=7\": true}"},
    {"{\"timezone\": \"Asia/Barnaul\"}", "{\"timezone=Europe/Moscow\": false}"},
    {"{\"timezone\": \"Europe/Moscow\"}", "{\"timezone=Europe/Moscow\": true}"},
    {"{\"via\": \"both\"}",
     "{\"via=esia\": false, \"via=password\": false, \"via=both\": true, \"via=unknown\": false}"},
    {"{\"audience\": \"родителям\"}",
     "{\"audience=all\": false, \"audience=parents\": false, \"audience=students\": false,"
     " \"audience=staff\": false}"},
    {"{\"verdict\": \"federal\"}",
     "{\"verdict=current\": false, \"verdict=former\": false, \"verdict=federal\": true,"
     " \"verdict=unknown\": false, \"verdict=blocked\": false}"},
    {"{\"client\": \"robot\"}",
     "{\"client=person\": false, \"client=robot\": true, \"client=prefetch\": false,"
     " \"client=monitor\": false, \"client=staff\": false, \"client=feed\": false,"
     " \"client=preview\": false, \"client=library\": false, \"client=builder\": false,"
     " \"client=archive\": false, \"client=ai\": false, \"client=pretender\": false}"},
    {"{\"slot\": {\"a\": 1}}", "{}"},

    /* dates */
    {"{\"since\": \"2026-09-24\"}",
     "{\"since_date\": {\"iso\": \"2026-09-24\", \"day\": 24, \"month=9\": true, \"year\": 2026}}"},
    {"{\"until\": \"2025-11\"}",
     "{\"until_date\": {\"iso\": \"2025-11\", \"day\": null, \"month=11\": true, \"year\": 2025}}"},
    {"{\"checked\": \"2018\"}",
     "{\"checked_date\": {\"iso\": \"2018\", \"day\": null, \"year\": 2018}}"},
    {"{\"published\": \"2026-11-01T08:15:00Z\"}",
     "{\"published_date\": {\"iso\": \"2026-11-01T08:15:00Z\", \"day\": 1, \"month=11\": true,"
     " \"year\": 2026}}"},
    {"{\"updated\": \"2024-02-29\"}", "{\"updated_date\": {\"iso\": \"2024-02-29\", \"day\": 29, "
                                      "\"month=2\": true, \"year\": 2024}}"},
    {"{\"updated\": \"2026-02-29\"}", "{\"updated_date\": null}"},
    {"{\"date\": \"2026-13\"}", "{\"date_date\": null}"},
    {"{\"retired\": null}", "{\"retired_date\": null}"},
    {"{\"from\": \"09:00\"}", "{\"from_date\": null}"},
    {"{\"to\": \"\"}", "{\"to_date\": null}"},
    {"{\"to\": \"2026-09-24 08:15\"}", "{\"to_date\": null}"},
    {"{\"to\": \"2026-09-2\"}", "{\"to_date\": null}"},
    {"{\"to\": \"today\"}", "{\"to_date\": null}"},

    /* addresses */
    {"{\"url\": \"https://H.example:444/x\"}", "{\"url_host\": \"h.example:444\", \"url_typed\": "
                                               "\"https://h.example:444/x\", \"url_path\": null}"},
    {"{\"url\": \"http://h\"}",
     "{\"url_host\": \"h\", \"url_typed\": \"http://h\", \"url_path\": null}"},
    {"{\"url\": \"" SITE "/region/ru-alt?a=1\"}",
     "{\"url_host\": \"vhod.example\", \"url_typed\": \"vhod.example/region/ru-alt?a=1\", "
     "\"url_path\": \"/region/ru-alt?a=1\"}"},
    {"{\"url\": \"" SITE "/\"}",
     "{\"url_host\": \"vhod.example\", \"url_typed\": \"vhod.example\", \"url_path\": \"/\"}"},
    {"{\"url\": \"" SITE "\"}",
     "{\"url_host\": \"vhod.example\", \"url_typed\": \"vhod.example\", \"url_path\": \"/\"}"},
    {"{\"url\": \"" SITE ".evil.example/\"}",
     "{\"url_host\": \"vhod.example.evil.example\", \"url_typed\": \"vhod.example.evil.example\", "
     "\"url_path\": null}"},
    {"{\"url\": \"" SITE ":444/\"}", "{\"url_host\": \"vhod.example:444\", \"url_typed\": "
                                     "\"https://vhod.example:444\", \"url_path\": null}"},
    {"{\"url\": \"javascript:alert(1)\"}",
     "{\"url_host\": null, \"url_typed\": null, \"url_path\": null}"},
    {"{\"url\": \"ftp://h/\"}", "{\"url_host\": null, \"url_typed\": null, \"url_path\": null}"},
    {"{\"url\": null}", "{\"url_host\": null, \"url_typed\": null, \"url_path\": null}"},
    {"{\"replaced_by\": \"https://b.example/\"}",
     "{\"replaced_by_host\": \"b.example\", \"replaced_by_typed\": \"b.example\", "
     "\"replaced_by_path\": null}"},
    {"{\"replaced_by\": \"q/5\"}",
     "{\"replaced_by_host\": null, \"replaced_by_typed\": null, \"replaced_by_path\": null}"},

    /* beginnings */
    {"{\"place\": \"в Алтайском крае\"}", "{\"place_start\": \"В Алтайском крае\"}"},
    {"{\"place\": null}", "{\"place_start\": null}"},
    {"{\"place\": \"\"}", "{\"place_start\": \"\"}"},

    /* counts and arrays */
    {"{\"minutes\": 5}", "{\"minutes_plural\": {\"one\": false, \"few\": false, \"many\": true}}"},
    {"{\"step_count\": 2}",
     "{\"step_count_plural\": {\"one\": false, \"few\": true, \"many\": false}}"},
    {"{\"logins\": []}",
     "{\"logins?\": false, \"logins_count\": 0,"
     " \"logins_count_plural\": {\"one\": false, \"few\": false, \"many\": true}}"},
    {"{\"codes\": [\"22\"]}",
     "{\"codes?\": true, \"codes_count\": 1,"
     " \"codes_count_plural\": {\"one\": true, \"few\": false, \"many\": false}}"},
    {"{\"steps\": 3}", "{\"steps_plural\": {\"one\": false, \"few\": true, \"many\": false}}"},
};

/* Decorates text and compares with text plus gain. */
static void check(const char *before, const char *gain)
{
    json_t *document = parse(before);
    json_t *untouched = parse(before);
    json_t *want = parse(before);
    json_t *more = parse(gain);
    json_t *have = NULL;

    assert_int_equal(json_object_update(want, more), 0);
    assert_int_equal(decorate_document(document, SITE, &have), ERR_NONE);
    assert_true(json_equal(document, untouched));
    if (!json_equal(have, want)) {
        char *text = json_dumps(have, 0);

        fail_msg("%s: have %s, want to gain %s", before, text, gain);
    }
    json_decref(have);
    json_decref(more);
    json_decref(want);
    json_decref(untouched);
    json_decref(document);
}

static void adds_what_each_field_gains(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check(examples[i].before, examples[i].gain);
}

static void keeps_what_the_document_says(void **state)
{
    (void)state;
    check("{\"slot\": \"address\", \"slot=contacts\": \"own\", \"url\": null, \"url_path\": \"/x\","
          " \"codes\": [1], \"codes_count\": 9}",
          "{\"slot=address\": true, \"url_host\": null, \"url_typed\": null, \"codes?\": true,"
          " \"codes_count_plural\": {\"one\": false, \"few\": false, \"many\": true}}");
}

static void decorates_items(void **state)
{
    (void)state;
    check("{\"l\": [{\"minutes\": 1}, 5, {\"last\": \"own\"}, {\"m\": {\"since\": null}}]}",
          "{\"l\": [{\"minutes\": 1, \"minutes_plural\": {\"one\": true, \"few\": false, \"many\": "
          "false},"
          "          \"first\": true, \"last\": false},"
          "         5, {\"first\": false, \"last\": \"own\"},"
          "         {\"m\": {\"since\": null, \"since_date\": null}, \"first\": false, \"last\": "
          "true}],"
          " \"l?\": true, \"l_count\": 4,"
          " \"l_count_plural\": {\"one\": false, \"few\": true, \"many\": false}}");
}

static const struct plural {
    json_int_t number;
    const char *form;
} plurals[] = {
    {0, "many"},    {1, "one"},    {2, "few"},     {3, "few"},    {4, "few"},    {5, "many"},
    {9, "many"},    {10, "many"},  {11, "many"},   {12, "many"},  {14, "many"},  {15, "many"},
    {20, "many"},   {21, "one"},   {22, "few"},    {24, "few"},   {25, "many"},  {100, "many"},
    {101, "one"},   {104, "few"},  {111, "many"},  {112, "many"}, {114, "many"}, {121, "one"},
    {1000, "many"}, {1001, "one"}, {1011, "many"}, {-1, "one"},   {-11, "many"}, {-3, "few"},
};

static void chooses_plural_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plurals / sizeof *plurals; i++) {
        json_t *document = json_pack("{s:I}", "views", plurals[i].number);
        json_t *have = NULL;
        const char *form;
        json_t *value;
        int chosen = 0;

        assert_int_equal(decorate_document(document, SITE, &have), ERR_NONE);
        json_object_foreach (json_object_get(have, "views_plural"), form, value) {
            chosen += json_is_true(value);
            if (json_is_true(value) != (strcmp(form, plurals[i].form) == 0))
                fail_msg("%lld: %s", (long long)plurals[i].number, form);
        }
        assert_int_equal(chosen, 1);
        json_decref(have);
        json_decref(document);
    }
}

static void other_documents_are_copied(void **state)
{
    static const char *const documents[] = {"null", "5", "\"status\"", "[]", "[1, [2]]"};

    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        json_t *document = parse(documents[i]);
        json_t *have = NULL;

        assert_int_equal(decorate_document(document, "", &have), ERR_NONE);
        assert_true(json_equal(have, document));
        json_decref(have);
        json_decref(document);
    }
}

static void bounds_nesting(void **state)
{
    json_t *document = json_array();
    json_t *have = NULL;

    (void)state;
    for (int i = 0; i < 64; i++)
        document = json_pack("[o]", document);
    assert_int_equal(decorate_document(document, SITE, &have), ERR_NONE);
    json_decref(have);
    document = json_pack("{s:o}", "a", document);
    assert_int_equal(decorate_document(document, SITE, &have), ERR_LIMIT);
    assert_null(have);
    json_decref(document);
}

/* Digits by three from 10 000 on, with the narrow no-break space. */
static void large_numbers_are_grouped(void **state)
{
    static const struct {
        json_int_t number;
        const char *text;
    } cases[] = {{0, "0"},
                 {9999, "9999"},
                 {10000, "10\xE2\x80\xAF"
                         "000"},
                 {-1234567, "-1\xE2\x80\xAF"
                            "234\xE2\x80\xAF"
                            "567"},
                 {100000000, "100\xE2\x80\xAF"
                             "000\xE2\x80\xAF"
                             "000"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *document =
            json_pack("{s:I, s:I}", "people", cases[i].number, "other", cases[i].number);
        json_t *have;

        assert_int_equal(decorate_document(document, "", &have), ERR_NONE);
        assert_string_equal(json_string_value(json_object_get(have, "people_text")), cases[i].text);
        assert_null(json_object_get(have, "other_text"));
        json_decref(have);
        json_decref(document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_numbers_are_grouped),
        cmocka_unit_test(bounds_nesting),
        cmocka_unit_test(other_documents_are_copied),
        cmocka_unit_test(adds_what_each_field_gains),
        cmocka_unit_test(keeps_what_the_document_says),
        cmocka_unit_test(decorates_items),
        cmocka_unit_test(chooses_plural_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
