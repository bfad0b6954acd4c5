"""The actions of people: writing, pressing buttons, submitting modals."""
