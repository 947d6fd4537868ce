from django.urls import path

from goals.views import after, card, detail, files, grid, pages, running, steps, talk, tree, writing

app_name = "goals"

urlpatterns = [
    path("<slug:organization>/goals/", pages.goals, name="list"),
    path("<slug:organization>/goals/grid/", grid.grid, name="grid"),
    path("<slug:organization>/goals/rollover/", after.rollover, name="rollover"),
    path("<slug:organization>/goals/<int:pk>/next/", after.next_one, name="next"),
    path("<slug:organization>/goals/<int:pk>/look-back/", after.look_back_on, name="look_back"),
    path("<slug:organization>/goals/tree/", tree.tree, name="tree"),
    path("<slug:organization>/goals/<int:pk>/move/", tree.move, name="move"),
    path("<slug:organization>/goals/new/", writing.new, name="new"),
    path("<slug:organization>/goals/coach/", writing.coach, name="coach"),
    path("<slug:organization>/goals/<int:pk>/course/file/", files.course_file, name="course_file"),
    path("<slug:organization>/goals/<int:pk>/", detail.detail, name="detail"),
    path("<slug:organization>/goals/<int:pk>/edit/", writing.edit, name="edit"),
    path("<slug:organization>/goals/<int:pk>/propose/", talk.propose, name="propose"),
    path("<slug:organization>/goals/<int:pk>/accept/", talk.accept, name="accept"),
    path("<slug:organization>/goals/<int:pk>/counter/", talk.counter, name="counter"),
    path("<slug:organization>/goals/<int:pk>/decline/", talk.decline, name="decline"),
    path("<slug:organization>/goals/<int:pk>/withdraw/", talk.withdraw, name="withdraw"),
    path("<slug:organization>/goals/<int:pk>/say/", talk.say, name="say"),
    path("<slug:organization>/goals/<int:pk>/drop/", running.drop, name="drop"),
    path("<slug:organization>/goals/<int:pk>/check-in/", running.check_in, name="check_in"),
    path("<slug:organization>/goals/<int:pk>/revise/", running.revise, name="revise"),
    path("<slug:organization>/goals/<int:pk>/log/", card.log, name="log"),
    path("<slug:organization>/goals/<int:pk>/undo/<int:entry>/", card.undo, name="undo"),
    path("<slug:organization>/goals/<int:pk>/milestones/", steps.add_milestone, name="add_milestone"),
    path("<slug:organization>/goals/<int:pk>/actions/", steps.add_action, name="add_action"),
    path("<slug:organization>/milestones/<int:pk>/", steps.milestone, name="milestone"),
    path("<slug:organization>/milestones/<int:pk>/remove/", steps.remove_milestone, name="remove_milestone"),
    path("<slug:organization>/actions/<int:pk>/", steps.action, name="action"),
    path("<slug:organization>/actions/<int:pk>/state/", steps.action_state, name="action_state"),
    path("<slug:organization>/actions/<int:pk>/remove/", steps.remove_action, name="remove_action"),
]
