"""Puts up the walls of this app's tenant tables, and makes signatures and conclusions final."""

from django.db import migrations

from tenancy.seal import SealTenantTables

# A payment rests on a signature and a conclusion: neither may change afterwards, nor may an expert who signed vanish.
FINAL = """
CREATE FUNCTION evaluations_signature_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a signature is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptanceexpert_final';
END $$;
CREATE TRIGGER signature_is_final BEFORE UPDATE OR DELETE ON evaluations_acceptanceexpert
  FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION evaluations_signature_is_final();

CREATE FUNCTION evaluations_conclusion_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a conclusion is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptance_final';
END $$;
CREATE TRIGGER conclusion_is_final BEFORE UPDATE OR DELETE ON evaluations_acceptance
  FOR EACH ROW WHEN (OLD.state = 'concluded') EXECUTE FUNCTION evaluations_conclusion_is_final();

-- What the agency stated against a conclusion stays as it was said, and so does the answer.
CREATE FUNCTION evaluations_appeal_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.replied_at IS NULL AND NEW.words = OLD.words
     AND NEW.made_by_id = OLD.made_by_id AND NEW.made_at = OLD.made_at THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an appeal is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptanceappeal_final';
END $$;
CREATE TRIGGER appeal_is_final BEFORE UPDATE OR DELETE ON evaluations_acceptanceappeal
  FOR EACH ROW EXECUTE FUNCTION evaluations_appeal_is_final();

-- A submitted rating of the purchaser is neither taken back nor given a later day (its seven days are a check of the table).
CREATE FUNCTION evaluations_rating_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.submitted_at = OLD.submitted_at AND NEW.contract_id = OLD.contract_id
     AND NEW.period = OLD.period AND NEW.from_day = OLD.from_day AND NEW.to_day = OLD.to_day THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a submitted rating stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'purchaserrating_final';
END $$;
CREATE TRIGGER rating_is_final BEFORE UPDATE OR DELETE ON evaluations_purchaserrating
  FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION evaluations_rating_is_final();

-- Passed needs the expert group's signatures (合同第九条第四款).
CREATE FUNCTION evaluations_pass_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM evaluations_acceptanceexpert e WHERE e.acceptance_id = NEW.id)
     OR EXISTS (SELECT 1 FROM evaluations_acceptanceexpert e WHERE e.acceptance_id = NEW.id AND e.signed_at IS NULL) THEN
    RAISE EXCEPTION 'passed without signatures' USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptance_signed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pass_is_signed BEFORE UPDATE ON evaluations_acceptance
  FOR EACH ROW WHEN (NEW.result = 'passed') EXECUTE FUNCTION evaluations_pass_is_signed();

-- A scheme that rounds rest on, a signed sheet with all that is on it, and a concluded round stay as they are.
CREATE FUNCTION evaluations_scheme_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an adopted scheme is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'schemeversion_final';
END $$;
CREATE TRIGGER scheme_is_final BEFORE UPDATE OR DELETE ON evaluations_schemeversion
  FOR EACH ROW WHEN (OLD.state = 'adopted') EXECUTE FUNCTION evaluations_scheme_is_final();

CREATE FUNCTION evaluations_sheet_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a signed sheet is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'scorer_final';
END $$;
CREATE TRIGGER sheet_is_final BEFORE UPDATE OR DELETE ON evaluations_scorer
  FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION evaluations_sheet_is_final();

CREATE FUNCTION evaluations_line_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sheet evaluations_scorer.id%TYPE := CASE WHEN TG_OP = 'DELETE' THEN OLD.scorer_id ELSE NEW.scorer_id END;
  found evaluations_scorer.state%TYPE;
BEGIN
  -- The lock makes a line and a signature wait for each other: taken first, on the row itself, whatever its state.
  SELECT s.state INTO found FROM evaluations_scorer s WHERE s.id = sheet FOR SHARE;
  IF found = 'signed' OR (TG_OP = 'UPDATE' AND OLD.scorer_id <> NEW.scorer_id) THEN
    RAISE EXCEPTION 'a signed sheet is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'scorer_final';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER line_is_final BEFORE INSERT OR UPDATE OR DELETE ON evaluations_itemscore
  FOR EACH ROW EXECUTE FUNCTION evaluations_line_is_final();
CREATE TRIGGER line_is_final BEFORE INSERT OR UPDATE OR DELETE ON evaluations_scorephoto
  FOR EACH ROW EXECUTE FUNCTION evaluations_line_is_final();

-- What a party agreed on is part of the score: it is made while the round is scored, and stays.
CREATE FUNCTION evaluations_agreement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  found evaluations_round.state%TYPE;
BEGIN
  SELECT r.state INTO found FROM evaluations_round r WHERE r.id = COALESCE(
    (told ->> 'round_id')::uuid,
    (SELECT a.round_id FROM evaluations_agreement a WHERE a.id = (told ->> 'agreement_id')::uuid));
  IF found IN ('statement', 'stated', 'concluded') THEN
    RAISE EXCEPTION 'scoring is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_final';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER agreement_is_final BEFORE INSERT OR UPDATE OR DELETE ON evaluations_agreement
  FOR EACH ROW EXECUTE FUNCTION evaluations_agreement_is_final();
CREATE TRIGGER agreement_is_final BEFORE INSERT OR UPDATE OR DELETE ON evaluations_agreementvoice
  FOR EACH ROW EXECUTE FUNCTION evaluations_agreement_is_final();

-- Only the pack may still be made for a concluded round.
CREATE FUNCTION evaluations_round_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'pack_id' = to_jsonb(OLD) - 'pack_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a concluded round is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'round_final';
END $$;
CREATE TRIGGER round_is_final BEFORE UPDATE OR DELETE ON evaluations_round
  FOR EACH ROW WHEN (OLD.state = 'concluded') EXECUTE FUNCTION evaluations_round_is_final();

-- A check that is closed, a breach or a change of the lead that is decided, and what hangs on them stay as they are.
CREATE FUNCTION evaluations_decided_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what is decided is final' USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
END $$;
CREATE TRIGGER decided_is_final BEFORE UPDATE OR DELETE ON evaluations_spotcheck
  FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION evaluations_decided_is_final('spotcheck_final');
CREATE TRIGGER decided_is_final BEFORE UPDATE OR DELETE ON evaluations_breach
  FOR EACH ROW WHEN (OLD.state IN ('confirmed', 'dropped')) EXECUTE FUNCTION evaluations_decided_is_final('breach_final');
CREATE TRIGGER decided_is_final BEFORE UPDATE OR DELETE ON evaluations_leadchange
  FOR EACH ROW WHEN (OLD.state IN ('consented', 'refused')) EXECUTE FUNCTION evaluations_decided_is_final('leadchange_final');
CREATE FUNCTION evaluations_check_line_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  checked evaluations_spotcheck.id%TYPE := CASE WHEN TG_OP = 'DELETE' THEN OLD.spot_check_id ELSE NEW.spot_check_id END;
BEGIN
  IF EXISTS (SELECT 1 FROM evaluations_spotcheck c WHERE c.id = checked AND c.state = 'closed' FOR KEY SHARE) THEN
    RAISE EXCEPTION 'a closed check is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'spotcheck_final';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER check_line_is_final BEFORE INSERT OR UPDATE OR DELETE ON evaluations_spotcheckline
  FOR EACH ROW EXECUTE FUNCTION evaluations_check_line_is_final();
"""
UNDO = """
DROP TRIGGER agreement_is_final ON evaluations_agreement; DROP TRIGGER agreement_is_final ON evaluations_agreementvoice;
DROP FUNCTION evaluations_agreement_is_final();
DROP TRIGGER check_line_is_final ON evaluations_spotcheckline; DROP FUNCTION evaluations_check_line_is_final();
DROP TRIGGER decided_is_final ON evaluations_leadchange; DROP TRIGGER decided_is_final ON evaluations_breach;
DROP TRIGGER decided_is_final ON evaluations_spotcheck; DROP FUNCTION evaluations_decided_is_final();
DROP TRIGGER rating_is_final ON evaluations_purchaserrating; DROP FUNCTION evaluations_rating_is_final();
DROP TRIGGER appeal_is_final ON evaluations_acceptanceappeal; DROP FUNCTION evaluations_appeal_is_final();
DROP TRIGGER round_is_final ON evaluations_round; DROP FUNCTION evaluations_round_is_final();
DROP TRIGGER line_is_final ON evaluations_scorephoto; DROP TRIGGER line_is_final ON evaluations_itemscore;
DROP FUNCTION evaluations_line_is_final();
DROP TRIGGER sheet_is_final ON evaluations_scorer; DROP FUNCTION evaluations_sheet_is_final();
DROP TRIGGER scheme_is_final ON evaluations_schemeversion; DROP FUNCTION evaluations_scheme_is_final();
DROP TRIGGER pass_is_signed ON evaluations_acceptance; DROP FUNCTION evaluations_pass_is_signed();
DROP TRIGGER conclusion_is_final ON evaluations_acceptance; DROP FUNCTION evaluations_conclusion_is_final();
DROP TRIGGER signature_is_final ON evaluations_acceptanceexpert; DROP FUNCTION evaluations_signature_is_final();
"""

# An open survey asks what it asked when it was opened, and of whom; a closed one takes no answer any more.
SURVEYS = """
CREATE FUNCTION evaluations_survey_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'open'
     AND to_jsonb(NEW) - ARRAY['state', 'closed_at'] = to_jsonb(OLD) - ARRAY['state', 'closed_at'] AND NEW.state <> 'draft' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an open survey is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'survey_final';
END $$;
CREATE TRIGGER survey_is_final BEFORE UPDATE OR DELETE ON evaluations_survey
  FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION evaluations_survey_is_final();

CREATE FUNCTION evaluations_response_needs_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The lock makes an answer and the end of the survey wait for each other; answers don't wait for one another.
  PERFORM 1 FROM evaluations_survey s WHERE s.id = NEW.survey_id AND s.state = 'open' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the survey is not open' USING ERRCODE = 'check_violation', CONSTRAINT = 'surveyresponse_open';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER response_needs_open BEFORE INSERT ON evaluations_surveyresponse
  FOR EACH ROW EXECUTE FUNCTION evaluations_response_needs_open();
"""
UNDO_SURVEYS = """
DROP TRIGGER response_needs_open ON evaluations_surveyresponse; DROP FUNCTION evaluations_response_needs_open();
DROP TRIGGER survey_is_final ON evaluations_survey; DROP FUNCTION evaluations_survey_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0001_initial"),
        ("caseload", "0002_seal"),
        ("contracts", "0002_seal"),
        ("documents", "0002_seal"),
        ("services", "0002_seal"),
        ("tenancy", "0002_seal"),
    ]
    operations = [
        SealTenantTables(
            append_only=[
                "AcceptanceMove",
                "ScoreMove",
                "RoundMove",
                "RectificationMove",
                "ConsequenceMove",
                "SpotCheckMove",
                "BreachMove",
                "InquiryMove",
                "LeadChangeMove",
                "PurchaserRatingMove",
                "SampledFile",
                "Questionnaire",
                "SurveyMove",
                "SurveyResponse",
                "SurveyVoid",
            ]
        ),
        migrations.RunSQL(FINAL, UNDO),
        migrations.RunSQL(SURVEYS, UNDO_SURVEYS),
    ]
