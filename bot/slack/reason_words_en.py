"""Why a file or a folder is not as people want it, in English: as the worker writes it."""

from bot.slack.reason_texts import ReasonTexts
from knowledge.reasons import Reason

REASONS_ENGLISH = ReasonTexts({reason: reason.value for reason in Reason}, thousands=",")
