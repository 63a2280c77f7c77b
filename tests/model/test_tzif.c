/* SPDX-License-Identifier: Apache-2.0 */
/* TZif files made by hand, cut short and scribbled over; POSIX rules, good and bad. */
#include "tests/support/suite.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "model/tzif.h"
#include "model/tzrule.h"

static void add_be(struct buf *b, uint64_t v, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		buf_addch(b, (char)(uint8_t)(v >> (8 * i)));
}

static void add_header(struct buf *b, char version, uint32_t leaps, uint32_t times, uint32_t types)
{
	buf_add(b, STR("TZif"));
	buf_addch(b, version);
	buf_fill(b, '\0', 15);
	add_be(b, 0, 4); /* isut */
	add_be(b, 0, 4); /* isstd */
	add_be(b, leaps, 4);
	add_be(b, times, 4);
	add_be(b, types, 4);
	add_be(b, 4, 4); /* characters */
}

/* Type 0 at the hour `first`, type 1 at `second`, one change at `time_s` to type 1. */
static void add_block(struct buf *b, int time_bytes, int64_t time_s, int first, int second)
{
	add_be(b, (uint64_t)time_s, time_bytes);
	buf_addch(b, 1);
	add_be(b, (uint64_t)first * 3600, 4);
	buf_add(b, STR("\0\0"));
	add_be(b, (uint64_t)second * 3600, 4);
	buf_add(b, STR("\0\0"));
	buf_add(b, STR("ABC\0"));
}

/* The 32-bit block tells another story, so that taking it by mistake is seen. */
static void make_v2(struct buf *b, const char *footer)
{
	add_header(b, '2', 0, 1, 2);
	add_block(b, 4, 77, 9, 10);
	add_header(b, '2', 0, 1, 2);
	add_block(b, 8, INT64_C(1000000000), 1, 2);
	buf_addz(b, footer);
	assert_int_equal(buf_status(b), LL_OK);
}

static void assert_span(const struct tz_spans *spans, size_t i, int64_t from_s, int hours)
{
	assert_true(i < spans->count);
	assert_true(spans->at[i].from_ns == from_s * NS_PER_S);
	assert_int_equal(spans->at[i].offset_s, hours * 3600);
}

static void tzif_read__takes__the_block_of_64_bits(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct tz_spans spans;
	const char *why;

	(void)state;
	make_v2(&b, "\nABC-2\n");
	assert_int_equal(tzif_read(buf_str(&b), &spans, &why), LL_OK);
	assert_int_equal(spans.count, 2);
	assert_true(spans.at[0].from_ns == INT64_MIN);
	assert_int_equal(spans.at[0].offset_s, 3600);
	assert_span(&spans, 1, 1000000000, 2);
	ll_free(spans.at);
	buf_release(&b);
}

static void tzif_read__takes__a_file_of_version_1(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct tz_spans spans;
	const char *why;

	(void)state;
	add_header(&b, '\0', 0, 1, 2);
	add_block(&b, 4, -77, 9, -3);
	assert_int_equal(tzif_read(buf_str(&b), &spans, &why), LL_OK);
	assert_int_equal(spans.count, 2);
	assert_span(&spans, 1, -77, -3);
	ll_free(spans.at);
	buf_release(&b);
}

static void tzif_read__continues__by_the_footer(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct tz_spans spans;
	const char *why;

	(void)state;
	/* The file ends on 2001-09-09 in summer; 2001-10-28 and 2002-03-31 follow. */
	make_v2(&b, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
	assert_int_equal(tzif_read(buf_str(&b), &spans, &why), LL_OK);
	assert_span(&spans, 2, 1004230800, 1);
	assert_span(&spans, 3, 1017536400, 2);
	ll_free(spans.at);
	buf_release(&b);
}

static void tzif_read__follows__the_footer_alone_without_transitions(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct tz_spans spans;
	const char *why;

	(void)state;
	for (int i = 0; i < 2; i++) {
		add_header(&b, '2', 0, 0, 1);
		add_be(&b, 0, 4);
		buf_add(&b, STR("\0\0ABC\0"));
	}
	buf_addz(&b, "\n<+0530>-5:30\n");
	assert_int_equal(tzif_read(buf_str(&b), &spans, &why), LL_OK);
	assert_int_equal(spans.count, 1);
	assert_int_equal(spans.at[0].offset_s, 19800);
	ll_free(spans.at);
	buf_release(&b);
}

/* RFC 8536, 3.3.1: summer time all year. Each year's end meets the next one's start. */
static void tzif_read__merges__a_summer_that_never_ends(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct tz_spans spans;
	const char *why;

	(void)state;
	make_v2(&b, "\nXXX3EDT-2,0/0,J365/29\n");
	assert_int_equal(tzif_read(buf_str(&b), &spans, &why), LL_OK);
	assert_int_equal(spans.count, 2);
	assert_span(&spans, 1, 1000000000, 2);
	ll_free(spans.at);
	buf_release(&b);
}

static void assert_refused(struct str file, enum ll_err wanted, const char *wanted_why)
{
	struct tz_spans spans;
	const char *why;

	assert_int_equal(tzif_read(file, &spans, &why), wanted);
	assert_null(spans.at);
	assert_string_equal(why, wanted_why);
}

static void tzif_read__refuses__every_file_cut_short(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct tz_spans spans;
	const char *why;

	(void)state;
	make_v2(&b, "\nABC-2\n");
	for (size_t len = 0; len < b.len; len++) {
		/* A copy of its own, so that a read past the end is seen. */
		char *copy = ll_alloc(len + 1);

		memcpy(copy, b.at, len);
		assert_int_equal(tzif_read((struct str){ copy, len }, &spans, &why), LL_ECORRUPT);
		ll_free(copy);
	}
	buf_release(&b);
}

static void tzif_read__refuses__what_makes_no_sense(void **state)
{
	struct buf b = BUF_INIT(4096);

	(void)state;
	assert_refused(STR("no zone"), LL_ECORRUPT, "it is no whole TZif file");
	make_v2(&b, "\nABC\n");
	assert_refused(buf_str(&b), LL_ECORRUPT, "its footer is no POSIX time zone rule");
	buf_clear(&b);
	add_header(&b, '\0', 0, 1, 1); /* uses type 1, has only type 0 */
	add_block(&b, 4, 0, 0, 0);
	assert_refused(buf_str(&b), LL_ECORRUPT, "its transitions make no sense");
	buf_clear(&b);
	add_header(&b, '\0', 0, 1, 2);
	add_block(&b, 4, 0, 0, 27); /* 27 hours from Greenwich */
	assert_refused(buf_str(&b), LL_ECORRUPT, "its transitions make no sense");
	buf_clear(&b);
	add_header(&b, '\0', 1, 1, 2);
	add_block(&b, 4, 0, 0, 1);
	buf_fill(&b, '\0', 8);
	assert_refused(buf_str(&b), LL_EUNSUPPORTED, "it counts leap seconds");
	buf_clear(&b);
	add_header(&b, '2', UINT32_MAX, UINT32_MAX, UINT32_MAX);
	assert_refused(buf_str(&b), LL_ECORRUPT, "it is no whole TZif file");
	buf_release(&b);
}

static void tzif_read__survives__scribbles(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct tz_spans spans;
	uint64_t random = 5;
	const char *why;

	(void)state;
	make_v2(&b, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
	for (int round = 0; round < 20000; round++) {
		size_t at = test_random(&random) % b.len;
		char before = b.at[at];

		b.at[at] = (char)test_random(&random);
		if (tzif_read(buf_str(&b), &spans, &why) == LL_OK)
			for (size_t i = 1; i < spans.count; i++)
				assert_true(spans.at[i].from_ns > spans.at[i - 1].from_ns);
		ll_free(spans.at);
		b.at[at] = before;
	}
	buf_release(&b);
}

static void tzrule_parse__reads__the_forms_of_the_footer(void **state)
{
	static const struct {
		struct str text;
		int32_t standard_s, summer_s; /* 0: none */
		int64_t start_s, end_s; /* in 2024 */
	} cases[] = {
		{ STR_INIT("UTC0"), 0, 0, 0, 0 },
		{ STR_INIT("<+0530>-5:30"), 19800, 0, 0, 0 },
		{ STR_INIT("<-03>3"), -10800, 0, 0, 0 },
		{ STR_INIT("LMT0:44:30"), -2670, 0, 0, 0 },
		{ STR_INIT("EST5EDT,M3.2.0,M11.1.0"), -18000, -14400, 1710054000, 1730613600 },
		{ STR_INIT("AEST-10AEDT,M10.1.0,M4.1.0/3"), 36000, 39600, 1728144000, 1712419200 },
		{ STR_INIT("IST-1GMT0,M10.5.0,M3.5.0/1"), 3600, 0, 1729990800, 1711846800 },
		{ STR_INIT("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"), -7200, -3600, 1711846800,
			1729990800 },
		{ STR_INIT("IST-2IDT,M3.4.4/26,M10.5.0"), 7200, 10800, 1711670400, 1729983600 },
		{ STR_INIT("AAA0BBB,J60/0,60/0"), 0, 3600, 1709251200, 1709247600 },
		{ STR_INIT("AAA0BBB,J59/0,59/0"), 0, 3600, 1709078400, 1709161200 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tzrule rule;

		assert_true(tzrule_parse(cases[i].text, &rule));
		assert_int_equal(rule.standard_s, cases[i].standard_s);
		assert_int_equal(rule.summer_s, cases[i].summer_s);
		assert_int_equal(rule.has_summer, cases[i].start_s != 0);
		if (!rule.has_summer)
			continue;
		assert_int_equal(tzrule_start_s(&rule, 2024), cases[i].start_s);
		assert_int_equal(tzrule_end_s(&rule, 2024), cases[i].end_s);
	}
}

static void tzrule_parse__refuses__the_rest(void **state)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("UTC"), STR_INIT("AB0"), STR_INIT("<+05-5"), STR_INIT("<>0"),
		STR_INIT("UTC25"), STR_INIT("UTC0:60"), STR_INIT("UTC0 "), STR_INIT("EST5EDT"),
		STR_INIT("EST5EDT,M3.2.0"), STR_INIT("EST5EDT,M13.2.0,M11.1.0"),
		STR_INIT("EST5EDT,M3.6.0,M11.1.0"), STR_INIT("EST5EDT,M3.2.7,M11.1.0"),
		STR_INIT("EST5EDT,J0,J365"), STR_INIT("EST5EDT,366,0"),
		STR_INIT("EST5EDT,M3.2.0/168,M11.1.0"), STR_INIT("EST5EDT,M3.2.0,M11.1.0,"),
		STR_INIT("EST5EDT,M3.2,M11.1.0"), STR_INIT("EST99999999999"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tzrule rule;

		assert_false(tzrule_parse(bad[i], &rule));
	}
}

SUITE(tzif,
	cmocka_unit_test(tzif_read__takes__the_block_of_64_bits),
	cmocka_unit_test(tzif_read__takes__a_file_of_version_1),
	cmocka_unit_test(tzif_read__continues__by_the_footer),
	cmocka_unit_test(tzif_read__follows__the_footer_alone_without_transitions),
	cmocka_unit_test(tzif_read__merges__a_summer_that_never_ends),
	cmocka_unit_test(tzif_read__refuses__every_file_cut_short),
	cmocka_unit_test(tzif_read__refuses__what_makes_no_sense),
	cmocka_unit_test(tzif_read__survives__scribbles),
	cmocka_unit_test(tzrule_parse__reads__the_forms_of_the_footer),
	cmocka_unit_test(tzrule_parse__refuses__the_rest));
