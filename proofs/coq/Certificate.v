(** What a certificate calls: three theorems, and the tactics that apply them. *)
From Derivlab Require Export Sums Expressions Signs NormalForm.
From Coq Require Import QArith_base Qreduction Qreals BinInt Bool.
Open Scope R_scope.

(** The rational p/q. *)
Definition ratio (p : Z) (q : positive) : Q := Qmake p q.

Fixpoint below (n : nat) (e : expr) : bool :=
  match e with
  | Num _ | Len _ => true
  | Ten _ l => forallb (fun i => i <? n)%nat l
  | Del i j => (i <? n)%nat && (j <? n)%nat
  | Add a b | Mul a b => below n a && below n b
  | Opp a | Inv a | Exp a | Ln a | Sgm a | Sqr a | Tnh a => below n a
  | Sum _ b => below (S n) b
  | Der _ js a => forallb (fun i => i <? n)%nat js && below n a
  end.
Lemma below_list n l i : forallb (fun i => i <? n)%nat l = true -> existsb (Nat.eqb i) l = true -> (i < n)%nat.
Proof.
  intros B O. apply existsb_exists in O as [j [Hj E]]. apply Nat.eqb_eq in E; subst j.
  rewrite forallb_forall in B. now apply Nat.ltb_lt, B.
Qed.
Lemma below_ok e : forall n i, below n e = true -> occ i e = true -> (i < n)%nat.
Proof.
  induction e; intros n k B O; simpl in *; try discriminate;
    try (apply andb_prop in B as [B1 B2]; apply orb_prop in O as [O|O]);
    try solve [eapply below_list; eassumption | eapply IHe; eassumption
              | eapply IHe1; eassumption | eapply IHe2; eassumption];
    try (apply Nat.eqb_eq in O; subst; now apply Nat.ltb_lt).
  apply Nat.succ_lt_mono. eapply IHe; eauto.
Qed.

Section Certificates.
Variable dm : nat -> nat.
Variable T : tens.
Variable known : list premise.
Hypothesis Hknown : positive_facts dm T known.

(** Arrays that are defined by others: the array, how many indices it has, its definition. *)
Definition definition := (nat * nat * expr)%type.
Fixpoint inline (d : definition) (e : expr) : expr :=
  match e with
  | Num _ | Len _ | Del _ _ | Der _ _ _ => e
  | Ten w l => if (w =? fst (fst d))%nat && (length l =? snd (fst d))%nat && below (length l) (snd d)
               then ren (fun i => nth i l O) (snd d) else e
  | Add a b => Add (inline d a) (inline d b) | Mul a b => Mul (inline d a) (inline d b)
  | Opp a => Opp (inline d a) | Inv a => Inv (inline d a) | Exp a => Exp (inline d a)
  | Ln a => Ln (inline d a) | Sgm a => Sgm (inline d a) | Sqr a => Sqr (inline d a)
  | Tnh a => Tnh (inline d a) | Sum n b => Sum n (inline d b)
  end.
Definition holds (d : definition) : Prop :=
  forall ks, length ks = snd (fst d) -> T (fst (fst d)) ks = eval dm T ks (snd d).
Lemma inline_ok d : holds d -> forall e ie, eval dm T ie (inline d e) = eval dm T ie e.
Proof.
  intros Hd; induction e; intros ie; simpl; auto; rewrite ?IHe, ?IHe1, ?IHe2; auto.
  - destruct (Nat.eqb_spec v (fst (fst d))); simpl; auto.
    destruct (Nat.eqb_spec (length l) (snd (fst d))); simpl; auto.
    destruct (below (length l) (snd d)) eqn:B; simpl; auto. subst v.
    rewrite Hd by now rewrite map_length. apply ren_ok. intros i Hi.
    pose proof (below_ok _ _ _ B Hi) as L. unfold ix at 1.
    rewrite (nth_indep _ _ (ix ie O)) by now rewrite map_length. apply (map_nth (ix ie) l O i).
  - apply bsum_ext. auto.
Qed.
Definition inlined (ds : list definition) (e : expr) : expr := fold_left (fun e d => inline d e) ds e.
Lemma inlined_ok ds : List.Forall holds ds -> forall e ie, eval dm T ie (inlined ds e) = eval dm T ie e.
Proof.
  induction 1; intros e ie; simpl; auto. unfold inlined in *; simpl. rewrite IHForall. now apply inline_ok.
Qed.

(** A definition without derivatives, written as [lower] writes both sides of a claim. *)
Fixpoint plain (e : expr) : bool :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => true
  | Add a b | Mul a b => plain a && plain b
  | Opp a | Inv a | Exp a | Ln a | Sgm a | Sqr a | Tnh a | Sum _ a => plain a
  | Der _ _ _ => false
  end.
Lemma plain_ok e : plain e = true -> forall ie, meaningful dm T ie e.
Proof. induction e; simpl; intros E ie; try discriminate; auto. all: apply andb_prop in E as [E1 E2]; auto. Qed.
Definition lowered (d : definition) : definition := (fst d, if plain (snd d) then lower (snd d) else snd d).
Lemma lowered_ok d : holds d -> holds (lowered d).
Proof.
  intros H ks L. unfold lowered in *; simpl in *. destruct (plain (snd d)) eqn:E; auto.
  rewrite <- (lower_correct dm (snd d) T ks) by now apply plain_ok. auto.
Qed.
Lemma all_lowered ds : List.Forall holds ds -> List.Forall holds (map lowered ds).
Proof. induction 1; simpl; constructor; auto using lowered_ok. Qed.

(** The logarithm of a product, a quotient or an exponential whose factors are seen to be positive. *)
Fixpoint log_of (G : list nat) (e : expr) : expr :=
  match e with
  | Mul a b => if pos known G a && pos known G b then Add (log_of G a) (log_of G b) else Ln e
  | Inv a => if pos known G a then Opp (log_of G a) else Ln e
  | Exp a => a
  | Num 1 => Num 0
  | _ => Ln e
  end.
Lemma log_of_ok e : forall G ie, inr dm G ie -> eval dm T ie (log_of G e) = ln (eval dm T ie e).
Proof.
  induction e; intros G ie HG; cbn [log_of]; try reflexivity.
  - destruct q as [|[p|p|]|p]; try reflexivity. symmetry. apply ln_1.
  - destruct (pos known G e1) eqn:P1; [destruct (pos known G e2) eqn:P2|]; cbn [andb]; try reflexivity.
    cbn [eval]. rewrite IHe1, IHe2 by auto. symmetry.
    apply ln_mult; [now apply (pos_ok dm T known Hknown e1 G) | now apply (pos_ok dm T known Hknown e2 G)].
  - destruct (pos known G e) eqn:P; try reflexivity.
    cbn [eval]. rewrite IHe by auto. symmetry. apply ln_Rinv. now apply (pos_ok dm T known Hknown e G).
  - symmetry. apply ln_exp.
Qed.
Fixpoint logs (G : list nat) (e : expr) : expr :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ | Der _ _ _ => e
  | Add a b => Add (logs G a) (logs G b) | Mul a b => Mul (logs G a) (logs G b)
  | Opp a => Opp (logs G a) | Inv a => Inv (logs G a) | Exp a => Exp (logs G a)
  | Ln a => log_of G (logs G a)
  | Sgm a => Sgm (logs G a) | Sqr a => Sqr (logs G a) | Tnh a => Tnh (logs G a)
  | Sum d b => Sum d (logs (d :: G) b)
  end.
Lemma logs_ok e : forall G ie, inr dm G ie -> eval dm T ie (logs G e) = eval dm T ie e.
Proof.
  induction e; intros G ie HG; cbn [logs]; try reflexivity;
    try (cbn [eval]; now rewrite ?IHe, ?IHe1, ?IHe2 by auto).
  - rewrite log_of_ok by auto. cbn [eval]. now rewrite IHe by auto.
  - cbn [eval]. apply bsum_ext. intros k Hk. apply IHe. now constructor.
Qed.

(** An assumption such as Σ y = 1 with its left side in normal form. *)
Definition prepared (raw : list equation) : list equation :=
  flat_map (fun f => match nf2 known [] (fst (fst f)) (snd (fst f)) with
    | [(q, [a])] => if Qeq_bool q 0 then [] else [(fst (fst f), a, Qred (snd f / q))]
    | _ => [] end) raw.
Lemma none_hold : equations_hold dm T [].
Proof. constructor. Qed.
Lemma prepared_ok raw : equations_hold dm T raw -> equations_hold dm T (prepared raw).
Proof.
  induction 1 as [|[[sh a] c] l H1 H2 IH]; simpl; [constructor|]. apply Forall_app; split; auto.
  destruct (nf2 known [] sh a) as [|[q [|b [|]]] [|]] eqn:E; try constructor.
  destruct (Qeq_bool q 0) eqn:Z; constructor; [|constructor]. cbn [fst snd] in *. intros ks Hks.
  change (eval dm T ks b = Q2R (Qred (Qdiv c q))). rewrite (Qeq_eqR _ _ (Qred_correct _)). apply Qeq_bool_neq in Z.
  unfold Qdiv. rewrite Q2R_mult, Q2R_inv by auto. rewrite <- (H1 ks Hks).
  rewrite <- (nf2_ok dm T known Hknown [] none_hold a sh ks Hks), E. simpl. unfold evm; simpl.
  assert (Q2R q <> 0) by (intros X; apply Z, eqR_Qeq; rewrite X; unfold Q2R; simpl; field).
  field. auto.
Qed.

Definition residue ds raw G a b := 
  nf2 known (prepared raw) G (logs G (inlined (map lowered ds) (Add (lower a) (Opp (lower b))))).
Theorem equal ds raw G ie a b p : inr dm G ie -> equations_hold dm T raw -> List.Forall holds ds ->
  meaningful dm T ie a -> meaningful dm T ie b ->
  residue ds raw G a b = p -> evp dm T ie p = 0 -> eval dm T ie a = eval dm T ie b.
Proof.
  intros HG HR HD Ma Mb E Z. rewrite (lower_correct dm a T ie Ma), (lower_correct dm b T ie Mb).
  subst p. unfold residue in Z. rewrite (nf2_ok dm T known Hknown _ (prepared_ok _ HR)) in Z by auto.
  rewrite logs_ok in Z by auto. rewrite inlined_ok in Z by now apply all_lowered. simpl in Z. lra.
Qed.
(** A quadratic form that is a sum of squares with weights that [sgn] sees not to be negative. *)
Definition not_negative (s : sign) : bool := match s with Any => false | _ => true end.
Theorem nonnegative ds raw G ie a b p : inr dm G ie -> equations_hold dm T raw -> List.Forall holds ds ->
  meaningful dm T ie a -> meaningful dm T ie b ->
  residue ds raw G a b = p -> evp dm T ie p = 0 -> not_negative (sgn known G b) = true -> 0 <= eval dm T ie a.
Proof.
  intros HG HR HD Ma Mb E Z N. rewrite (equal ds raw G ie a b p) by auto.
  pose proof (sgn_ok dm T known Hknown b G ie HG) as S.
  destruct (sgn known G b); simpl in *; try discriminate; lra.
Qed.
Theorem derivative_is ds raw G ie v js a c p : inr dm G ie -> equations_hold dm T raw -> List.Forall holds ds ->
  meaningful dm T ie (Der v js a) -> meaningful dm T ie c ->
  residue ds raw G (Der v js a) c = p -> evp dm T ie p = 0 ->
  is_derive (fun t => eval dm (updT T v (map (ix ie) js) t) ie a) (T v (map (ix ie) js)) (eval dm T ie c).
Proof.
  intros HG HR HD Ma Mc E Z. rewrite <- (equal ds raw G ie (Der v js a) c p); auto.
  rewrite (lower_correct dm (Der v js a) T ie Ma). now apply derivative.
Qed.
Theorem derivative_exists ie v js a : meaningful dm T ie (Der v js a) ->
  ex_derive (fun t => eval dm (updT T v (map (ix ie) js) t) ie a) (T v (map (ix ie) js)).
Proof. intros M. eexists. now apply derivative. Qed.
End Certificates.

(** * Tactics *)
Ltac fresh_fact P := match goal with H : P |- _ => fail 1 | _ => idtac end.
Ltac facts := repeat match goal with
  | |- context [exp ?u] => fresh_fact (0 < exp u); pose proof (exp_pos u)
  | |- context [sigma ?u] => fresh_fact (0 < sigma u); pose proof (sigma_pos u); pose proof (sigma_lt1 u) end.
Ltac is_pos := first
  [ apply exp_pos | apply sigma_pos | assumption | apply Rlt_0_1 | apply lt_0_INR; lia
  | apply Rmult_lt_0_compat; is_pos | apply Rplus_lt_0_compat; is_pos
  | apply Rinv_0_lt_compat; is_pos | apply bsum_pos; [lia | intros; is_pos] | lra ].
Ltac use := match goal with H : _ |- _ => solve [apply H; assumption | exact H] end.
Ltac side := repeat split;
  first [ assumption | use | apply Rgt_not_eq; is_pos | lra | nra
        | match goal with |- ?x <> 0 => ring_simplify x; apply Rgt_not_eq; is_pos end ].
Ltac by_field := facts; first [ ring | field; side ].
Ltac push := repeat first
  [ rewrite Rplus_0_r | rewrite Rmult_1_r | rewrite <- bsum_scal_l | rewrite <- bsum_scal_r | rewrite <- bsum_plus ].
Ltac by_terms := push; apply bsum_0; intros; by_field.
Ltac close := cbv [evp evm prodl eval fst snd ix nth map Q2R Qnum Qden];
  first [ reflexivity | by_field | by_terms
        | unfold sigma; rewrite ?exp_Ropp; first [by_field | by_terms] ].
Ltac in_range := repeat first [ apply Forall2_nil | apply Forall2_cons; [assumption|] ].
Ltac take_apart := repeat match goal with
  | H : inr _ _ _ |- _ => inversion H; clear H; subst
  | H : Forall2 _ _ _ |- _ => inversion H; clear H; subst end.
Ltac premises := repeat first [ apply Forall_nil | apply Forall_cons ];
  cbn [fst snd]; intros ? ?; take_apart; cbv [eval ix map nth updl Nat.eqb].
Ltac are_positive := premises; use.
Ltac equations := premises; (etransitivity; [use | unfold Q2R, ratio; simpl; field]).
Ltac definitions := repeat first [ apply Forall_nil | apply Forall_cons ];
  intros ks Hks; cbn [fst snd] in Hks;
  destruct ks as [|? [|? [|? ks]]]; try discriminate Hks; reflexivity.
Ltac left_to_show := cbv [claims needs lower pos sgn known existsb memb eval fst snd ix nth map andb orb plus times
    square co_sigma eqe cmp Nat.eqb Z.ltb Z.eqb Z.compare Pos.compare Pos.compare_cont];
  repeat split; intros; rewrite ?Rmult_1_l; try exact I; facts; side.
Ltac means_something dm T known G := first
  [ apply (clear_ok dm T known ltac:(are_positive) _ G); [in_range | vm_compute; reflexivity]
  | apply (claims_ok dm T known ltac:(are_positive) _ G); [in_range | left_to_show] ].

Ltac prove_derivative dm T G ie known raw ds v js a c :=
  let p := eval vm_compute in (residue known ds raw G (Der v js a) c) in
  let X := fresh in
  assert (X : is_derive (fun t => eval dm (updT T v (map (ix ie) js) t) ie a)
                        (T v (map (ix ie) js)) (eval dm T ie c));
  [ apply (derivative_is dm T known ltac:(are_positive) ds raw G ie v js a c p);
    [ in_range | equations | definitions | means_something dm T known G | means_something dm T known G
    | vm_cast_no_check (eq_refl p) | close ]
  | exact X ].
Ltac prove_equal dm T G ie known raw ds a b :=
  let p := eval vm_compute in (residue known ds raw G a b) in
  let X := fresh in
  assert (X : eval dm T ie a = eval dm T ie b);
  [ apply (equal dm T known ltac:(are_positive) ds raw G ie a b p);
    [ in_range | equations | definitions | means_something dm T known G | means_something dm T known G
    | vm_cast_no_check (eq_refl p) | close ]
  | exact X ].
Ltac prove_nonnegative dm T G ie known raw ds a b :=
  let p := eval vm_compute in (residue known ds raw G a b) in
  let X := fresh in
  assert (X : 0 <= eval dm T ie a);
  [ apply (nonnegative dm T known ltac:(are_positive) ds raw G ie a b p);
    [ in_range | equations | definitions | means_something dm T known G | means_something dm T known G
    | vm_cast_no_check (eq_refl p) | close | vm_compute; reflexivity ]
  | exact X ].
Ltac prove_exists dm T G ie known v js a :=
  let X := fresh in
  assert (X : ex_derive (fun t => eval dm (updT T v (map (ix ie) js) t) ie a) (T v (map (ix ie) js)));
  [ apply (derivative_exists dm T ie v js a); means_something dm T known G | exact X ].
