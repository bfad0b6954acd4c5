"""Why a file or a folder is not as people want it, in English: as the worker writes it."""

from bot.slack.i18n.reason_texts import ReasonTexts
from knowledge.core.failure_reasons import FailureReason

REASONS_ENGLISH = ReasonTexts({reason: reason.value for reason in FailureReason}, thousands=",")
