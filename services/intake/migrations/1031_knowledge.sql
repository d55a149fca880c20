-- Knowledge base (知识库) and service catalogue (办事指南), and the postings by which Chinese text is found.

CREATE TABLE article (
    article_id     uuid        PRIMARY KEY,
    form           text        NOT NULL CHECK (form IN ('article', 'service')),
    state          text        NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
    revision       int         NOT NULL DEFAULT 1,
    title          text        NOT NULL,
    body           text        NOT NULL,
    questions      text[]      NOT NULL DEFAULT '{}',
    materials      text[]      NOT NULL DEFAULT '{}',
    subject        text,
    region         text        COLLATE "C",
    owner_unit     text        COLLATE "C" NOT NULL,
    refer_unit     text        COLLATE "C",
    office         jsonb,
    source         text,
    valid_until    date,
    next_review_on date,
    published_on   date,
    reviewed_on    date,
    uses           bigint      NOT NULL DEFAULT 0,
    changed_at     timestamptz NOT NULL,
    actor          text        NOT NULL,
    version        bigint      NOT NULL DEFAULT 1
) WITH (fillfactor = 90);
CREATE INDEX article_review ON article (next_review_on) WHERE state = 'published';
CREATE INDEX article_owner ON article (owner_unit, changed_at DESC);
COMMENT ON COLUMN article.form IS 'article: 知识; service: 办事指南';
COMMENT ON COLUMN article.revision IS 'grows with each rewriting; earlier ones stand in article_revision';
COMMENT ON COLUMN article.questions IS 'how citizens ask for it';
COMMENT ON COLUMN article.refer_unit IS 'the competent office to which a caller is referred';
COMMENT ON COLUMN article.office IS 'of a service: name, address, hours, phone, links';
COMMENT ON COLUMN article.valid_until IS 'last day; after it the article is expired and not found';

-- What was written before, whole.
CREATE TABLE article_revision (
    article_id uuid        NOT NULL,
    revision   int         NOT NULL,
    content    jsonb       NOT NULL,
    written_at timestamptz NOT NULL,
    actor      text        NOT NULL,
    PRIMARY KEY (article_id, revision)
);

-- Who did what with an article: the measure of upkeep.
CREATE TABLE article_log (
    article_id uuid        NOT NULL,
    version    bigint      NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    deed       text        NOT NULL,
    late_days  int,
    PRIMARY KEY (article_id, version)
);
COMMENT ON COLUMN article_log.late_days IS 'of a review: days after the day on which it was due';

-- How often an article answered somebody, by day.
CREATE TABLE article_use (
    article_id uuid   NOT NULL,
    day        date   NOT NULL,
    uses       bigint NOT NULL,
    PRIMARY KEY (article_id, day)
);

-- Postings: PostgreSQL has no Chinese parser, so pairs of characters are the words. One table for all that is searched.
CREATE TABLE posting (
    room   text   COLLATE "C" NOT NULL,
    token  text   COLLATE "C" NOT NULL,
    doc    uuid   NOT NULL,
    weight real   NOT NULL,
    PRIMARY KEY (room, token, doc)
);
CREATE INDEX posting_doc ON posting (room, doc);
COMMENT ON COLUMN posting.room IS 'knowledge: published articles; answers: released public answers';
COMMENT ON COLUMN posting.weight IS 'title above questions above body; more than once counts less and less';
